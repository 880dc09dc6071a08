import type { Agent, Deployment, Machine } from "./api";

/** What became of the fleet since the last such event. */
export interface FleetChange {
  halted: boolean;
  deployments: Deployment[];
  agents: Agent[];
  more: boolean;
}

/** What became of a deployment since the last such event. */
export interface DeploymentChange {
  deployment: Deployment;
  machines: Machine[];
  more: boolean;
}

const RETRY_MILLIS = 5_000;

/**
 * The coordinator's events, for as long as it takes. The browser comes back by itself when a connection
 * breaks, and says with which event it goes on; when it is refused (nobody leads, too many listen) we
 * ask again after a while. Meanwhile {@link open} is false, and whoever listens has to look by itself.
 */
export class Events<T> {
  open = false;
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param changed an event came
   * @param lost something may have been missed: look at everything
   */
  constructor(
    private readonly path: string,
    private readonly changed: (change: T) => void,
    private readonly lost: () => void,
  ) {
    document.addEventListener("visibilitychange", this.seen);
    this.seen();
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.seen);
    this.rest();
  }

  /** A browser has few connections to one server: pages that nobody sees take none. */
  private readonly seen = () => {
    this.rest();
    if (!document.hidden) {
      this.connect();
    }
  };

  private rest(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.open = false;
  }

  private connect(): void {
    const source = new EventSource(`/api/v1/${this.path}`);
    this.source = source;
    source.addEventListener("open", () => (this.open = true));
    source.addEventListener("error", () => {
      if (this.open) {
        this.open = false;
        this.lost();
      }
      if (source.readyState === EventSource.CLOSED && this.source === source) {
        this.timer = setTimeout(() => this.connect(), RETRY_MILLIS);
      }
    });
    source.addEventListener("reset", () => this.lost());
    source.addEventListener("change", (event: MessageEvent<string>) => {
      let change: T;
      try {
        change = JSON.parse(event.data) as T;
      } catch {
        this.lost();
        return;
      }
      this.changed(change);
    });
  }
}

/** The list with these in the place of those before, by their key; new ones at the end or the beginning. */
export function merged<T>(all: T[], changed: T[], key: (one: T) => string, first = false): T[] {
  if (changed.length === 0) {
    return all;
  }
  const by = new Map(changed.map((one) => [key(one), one]));
  const kept = all.map((one) => {
    const next = by.get(key(one));
    by.delete(key(one));
    return next ?? one;
  });
  return first ? [...by.values(), ...kept] : [...kept, ...by.values()];
}
