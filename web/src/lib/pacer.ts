/**
 * Asks for the same thing again and again: after a pause, or as soon as somebody says that it
 * changed, and never more often than it can be answered four times over. A hidden page rests.
 */
export class Pacer {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again = false;
  private stopped = false;
  private startedMillis = 0;
  private tookMillis = 0;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly pauseMillis: () => number,
    private readonly gapMillis = 400,
  ) {
    document.addEventListener("visibilitychange", this.seen);
    void this.run();
  }

  /** It changed. */
  nudge(): void {
    this.again = true;
    if (!this.running) {
      this.schedule();
    }
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
  }

  private readonly seen = () => {
    if (!document.hidden) {
      this.nudge();
    }
  };

  private async run(): Promise<void> {
    this.running = true;
    this.again = false;
    this.startedMillis = performance.now();
    try {
      await this.work();
    } finally {
      this.running = false;
      this.tookMillis = performance.now() - this.startedMillis;
      this.schedule();
    }
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.stopped || document.hidden) {
      return;
    }
    const wait = Math.max(
      this.again ? this.gapMillis : this.pauseMillis(),
      3 * Math.min(this.tookMillis, 10_000),
    );
    const since = performance.now() - this.startedMillis - this.tookMillis;
    this.timer = setTimeout(() => void this.run(), Math.max(0, wait - since));
  }
}
