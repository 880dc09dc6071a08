import {
  api,
  Refused,
  type Agent,
  type Artifact,
  type Deployment,
  type Installed,
  type Status,
} from "./api";
import { Pacer } from "./pacer";
import { Events, merged, type FleetChange } from "./events";

/** So long nobody looks by itself while events come. */
const SLOW_MILLIS = 10_000;

/** What the whole page knows of the coordinator. There is one. */
export class Live {
  status = $state.raw<Status | null>(null);
  agents = $state.raw<Agent[]>([]);
  artifacts = $state.raw<Artifact[]>([]);
  deployments = $state.raw<Deployment[]>([]);
  installed = $state.raw<Installed[]>([]);
  /** Why the last answer did not come; empty while all is well. */
  trouble = $state("");
  /** Of the answer that is shown. */
  freshMillis = $state(0);
  now = $state(Date.now());

  private readonly pacers: Pacer[] = [];
  private pause = (millis: number) => millis;
  private unlisten = () => {};
  /** An answer that comes when it was stopped is for nobody. */
  private runs = 0;

  start(): void {
    this.pacers.push(
      new Pacer(
        async () => {
          await this.take(api.status, (status) => (this.status = status));
          await this.take(api.deployments, (all) => (this.deployments = all));
        },
        () => this.pause(2_000),
      ),
      new Pacer(
        async () => {
          await this.take(api.agents, (agents) => (this.agents = agents));
          await this.take(api.installed, (installed) => (this.installed = installed));
          await this.take(api.artifacts, (artifacts) => (this.artifacts = artifacts));
        },
        () => this.pause(3_000),
      ),
    );
    const clock = setInterval(() => (this.now = Date.now()), 1_000);
    const events = new Events<FleetChange>(
      "events",
      (change) => this.changed(change),
      () => this.nudge(),
    );
    this.pause = (millis) => (events.open ? SLOW_MILLIS : millis);
    this.unlisten = () => {
      clearInterval(clock);
      events.close();
    };
  }

  private changed(change: FleetChange): void {
    if (change.more || change.agents.length > 0 || this.hasMoved(change)) {
      this.nudge(); // what is installed, counts of machines
    }
    this.deployments = merged(this.deployments, change.deployments, (one) => one.id, true);
    this.agents = merged(this.agents, change.agents, (one) => one.name);
    if (this.status && this.status.halted !== change.halted) {
      this.status = { ...this.status, halted: change.halted };
    }
    this.trouble = "";
    this.freshMillis = Date.now();
  }

  private hasMoved(change: FleetChange): boolean {
    return change.deployments.some((next) => {
      const before = this.deployments.find((one) => one.id === next.id);
      return before?.installedCount !== next.installedCount || before.phase !== next.phase;
    });
  }

  /** Something was done: look at once. */
  nudge(): void {
    this.pacers.forEach((pacer) => pacer.nudge());
  }

  /** Nothing that was seen is kept: somebody else may look next. */
  stop(): void {
    this.unlisten();
    this.pacers.splice(0).forEach((pacer) => pacer.stop());
    this.status = null;
    this.agents = [];
    this.artifacts = [];
    this.deployments = [];
    this.installed = [];
    this.trouble = "";
    this.freshMillis = 0;
    this.runs++;
  }

  private async take<T>(ask: () => Promise<T>, put: (value: T) => void): Promise<void> {
    const run = this.runs;
    let value: T;
    try {
      value = await ask();
    } catch (e) {
      if (run === this.runs) {
        this.trouble = e instanceof Refused ? e.message : String(e);
      }
      return;
    }
    if (run === this.runs) {
      put(value);
      this.trouble = "";
      this.freshMillis = Date.now();
    }
  }
}

export const live = new Live();
