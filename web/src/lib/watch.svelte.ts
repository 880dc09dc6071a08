import { api, Refused, type Change, type Deployment, type Machine } from "./api";
import { Events, merged, type DeploymentChange } from "./events";
import { unpack } from "./heat";
import { Pacer } from "./pacer";

/** The sum of a deployment at one moment, seconds since it was made. */
export interface Sample {
  seconds: number;
  bytes: number;
  complete: number;
}

const SAMPLES_MAX = 2_000;
const SAMPLE_SECONDS = 0.4;
const QUIET_MILLIS = 5_000;

/** A thousand machines change their phases in a few seconds: the history is long, and told as a whole. */
const HISTORY_GAP_MILLIS = 3_000;

export function isOver(deployment: Deployment): boolean {
  return deployment.finishedMillis > 0 && deployment.machines.every((machine) => isFinal(machine));
}

export function isFinal(machine: Machine): boolean {
  return ["INSTALLED", "FAILED", "CANCELLED"].includes(machine.phase);
}

/** Whether it has every byte. */
export function hasAll(machine: Machine): boolean {
  return ["INSTALLED", "INSTALLING", "STAGED"].includes(machine.phase);
}

interface Pulse {
  bytes: number;
  atMillis: number;
  movedMillis: number;
  bytesPerSecond: number;
}

/** One deployment, watched while its view is open. */
export class Watch {
  view = $state.raw<Deployment | null>(null);
  samples = $state.raw<Sample[]>([]);
  history = $state.raw<Change[]>([]);
  trouble = $state("");
  /** How many cells a row of the heat map has; 0 when nobody said which pieces it has. */
  cells = $state(0);
  /** Counts what came for the heat map. */
  drawn = $state(0);
  readonly bits = new Map<string, Uint8Array>();
  /** Bytes a second of all together, over the last few seconds. */
  rate = $state(0);

  private readonly pulses = new Map<string, Pulse>();
  private stamp = 0;
  private historyOf = "";
  private historyMillis = -Infinity;
  private readonly pacer: Pacer;
  private readonly details: Pacer;
  private readonly events: Events<DeploymentChange>;

  constructor(readonly id: string) {
    this.events = new Events<DeploymentChange>(
      `deployments/${encodeURIComponent(id)}/events`,
      (change) => this.changed(change),
      () => this.nudge(),
    );
    const isCalm = () => this.events.open || (this.view !== null && isOver(this.view));
    this.pacer = new Pacer(
      () => this.guarded(async () => this.take(await api.deployment(id), Date.now())),
      () => (isCalm() ? 10_000 : 1_000),
      500,
    );
    this.details = new Pacer(
      () => this.guarded(() => this.takeDetails()),
      () => 1_000,
    );
  }

  nudge(): void {
    this.pacer.nudge();
  }

  stop(): void {
    this.events.close();
    this.pacer.stop();
    this.details.stop();
  }

  /** A machine's bytes a second of late. */
  rateOf(agent: string): number {
    return this.pulses.get(agent)?.bytesPerSecond ?? 0;
  }

  /** For how long nothing has come to a machine, as far as this page has seen. */
  quietMillis(agent: string): number {
    const pulse = this.pulses.get(agent);
    return pulse ? pulse.atMillis - pulse.movedMillis : 0;
  }

  private changed(change: DeploymentChange): void {
    if (this.view === null || change.more) {
      this.pacer.nudge();
      return;
    }
    const machines = merged(this.view.machines, change.machines, (one) => one.agent);
    this.take({ ...change.deployment, machines }, Date.now());
  }

  private async guarded(look: () => Promise<void>): Promise<void> {
    try {
      await look();
      this.trouble = "";
    } catch (e) {
      this.trouble = e instanceof Refused ? e.message : String(e);
    }
  }

  /** Which pieces are where, and, when a phase has changed, when which did. */
  private async takeDetails(): Promise<void> {
    const view = this.view;
    if (view === null) {
      return;
    }
    if (!isOver(view)) {
      await this.takePieces();
    }
    const phases = `${view.phase} ${view.installedCount} ${view.stagedCount} ${view.failedCount} ${view.wave}`;
    const now = performance.now();
    if (phases !== this.historyOf && (isOver(view) || now - this.historyMillis > HISTORY_GAP_MILLIS)) {
      this.historyMillis = now;
      this.history = await api.history(this.id);
      this.historyOf = phases;
    }
  }

  private async takePieces(): Promise<void> {
    const pieces = await api.pieces(this.id, this.stamp);
    if (pieces.stamp < this.stamp) {
      this.bits.clear(); // another coordinator leads: it counts anew
      this.stamp = 0;
      return;
    }
    this.stamp = pieces.stamp;
    this.cells = pieces.cells;
    for (const [agent, packed] of Object.entries(pieces.machines)) {
      this.bits.set(agent, unpack(packed));
    }
    this.drawn++;
  }

  private take(next: Deployment, now: number): void {
    for (const machine of next.machines) {
      this.pulse(machine, now);
    }
    const seconds = (now - next.createdMillis) / 1000;
    const last = this.samples.at(-1);
    // Events come five times a second; a curve needs less.
    if (!last || (seconds - last.seconds >= SAMPLE_SECONDS && (!isOver(next) || last.bytes !== next.bytesDone))) {
      const complete = next.machines.filter(hasAll).length;
      const all = [...this.samples, { seconds, bytes: next.bytesDone, complete }];
      this.samples = all.length > SAMPLES_MAX ? all.filter((_, at) => at % 2 === 0) : all;
    }
    this.rate = isOver(next) ? 0 : rateOf(this.samples, QUIET_MILLIS / 1000);
    this.view = next;
    this.drawn++;
  }

  private pulse(machine: Machine, now: number): void {
    const before = this.pulses.get(machine.agent);
    if (!before || machine.bytesDone < before.bytes) {
      this.pulses.set(machine.agent, {
        bytes: machine.bytesDone,
        atMillis: now,
        movedMillis: now,
        bytesPerSecond: 0,
      });
      return;
    }
    const seconds = (now - before.atMillis) / 1000;
    if (seconds <= 0) {
      return;
    }
    const moved = machine.bytesDone - before.bytes;
    const weight = Math.min(1, seconds / 3);
    this.pulses.set(machine.agent, {
      bytes: machine.bytesDone,
      atMillis: now,
      movedMillis: moved > 0 ? now : before.movedMillis,
      bytesPerSecond: isFinal(machine)
        ? 0
        : before.bytesPerSecond * (1 - weight) + (moved / seconds) * weight,
    });
  }
}

/** Bytes a second over the last so many seconds. */
export function rateOf(samples: Sample[], seconds: number): number {
  const last = samples.at(-1);
  if (!last) {
    return 0;
  }
  const first = samples.find((sample) => sample.seconds >= last.seconds - seconds) ?? last;
  const span = last.seconds - first.seconds;
  return span > 0 ? Math.max(0, (last.bytes - first.bytes) / span) : 0;
}
