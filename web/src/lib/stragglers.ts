import type { Agent, Deployment, Machine } from "./api";
import { ago, duration, rate } from "./format";

export interface Straggler {
  machine: Machine;
  reason: string;
  grave: boolean;
  /** Bytes a second, of late. */
  speed: number;
}

const QUIET_MILLIS = 5_000;

/** What is known of how a machine moves. */
export interface Motion {
  rateOf(agent: string): number;
  quietMillis(agent: string): number;
}

/** Who does not have it yet, the worst first, and why. */
export function stragglers(
  deployment: Deployment,
  agents: Map<string, Agent>,
  motion: Motion,
  now: number,
): Straggler[] {
  const speeds = deployment.machines
    .filter((machine) => machine.phase === "FETCHING")
    .map((machine) => motion.rateOf(machine.agent))
    .sort((a, b) => a - b);
  const median = speeds[speeds.length >> 1] ?? 0;
  return deployment.machines
    .filter((machine) => machine.phase !== "INSTALLED")
    .map((machine) => {
      const speed = motion.rateOf(machine.agent);
      const [reason, grave] = reasonOf(machine, agents.get(machine.agent));
      return { machine, reason, grave, speed };
    })
    .sort(
      (a, b) =>
        Number(b.grave) - Number(a.grave) ||
        a.machine.bytesDone - b.machine.bytesDone ||
        (a.machine.agent < b.machine.agent ? -1 : 1),
    );

  function reasonOf(machine: Machine, agent: Agent | undefined): [string, boolean] {
    if (machine.phase === "FAILED" || machine.phase === "CANCELLED") {
      return [machine.why, machine.phase === "FAILED"];
    }
    if (agent && !agent.connected) {
      return [`away, last heard of ${ago(agent.lastSeenMillis, now)}`, true];
    }
    switch (machine.phase) {
      case "PENDING":
        return [`its wave, ${machine.wave + 1} of ${deployment.waveCount}, has not come`, false];
      case "WAITING":
        return [agent ? "has not answered yet" : "not known to this coordinator", false];
      case "STAGED":
        return ["has everything, waits to be activated", false];
      case "INSTALLING":
        return ["has everything, puts it in place", false];
      default:
        return fetching(machine);
    }
  }

  function fetching(machine: Machine): [string, boolean] {
    if (deployment.paused) {
      return ["paused", false];
    }
    const quiet = motion.quietMillis(machine.agent);
    if (quiet > QUIET_MILLIS) {
      return [`no new piece for ${duration(quiet)}`, true];
    }
    const speed = motion.rateOf(machine.agent);
    if (median > 0 && speed < median / 2) {
      return [`slow: ${rate(speed)}, half of them have more than ${rate(median)}`, true];
    }
    return ["on its way", false];
  }
}
