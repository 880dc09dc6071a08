import uPlot from "uplot";
import type { Change, Deployment } from "./api";
import type { Sample } from "./watch.svelte";

/** When the n-th machine had every byte, from the stored changes: seconds and count, ascending. */
export function completions(deployment: Deployment, history: Change[]): [number[], number[]] {
  const at = new Map<string, number>();
  for (const change of history) {
    if (change.agent === "") {
      continue;
    }
    if (["STAGED", "INSTALLING", "INSTALLED"].includes(change.phase)) {
      at.set(change.agent, Math.min(at.get(change.agent) ?? Infinity, change.atMillis));
    }
  }
  const moments = [...at.values()]
    .map((millis) => Math.max(0, (millis - deployment.createdMillis) / 1000))
    .sort((a, b) => a - b);
  const seconds = [0];
  const counts = [0];
  moments.forEach((moment, before) => {
    if (moment === seconds.at(-1)) {
      counts[counts.length - 1] = before + 1;
    } else {
      seconds.push(moment);
      counts.push(before + 1);
    }
  });
  return [seconds, counts];
}

/** Percent by seconds: bytes, machines that have all, and the bound; aligned for the chart. */
export function curves(
  deployment: Deployment,
  history: Change[],
  samples: Sample[],
  bound: number,
): uPlot.AlignedData {
  const whole = Math.max(1, deployment.sizeBytes * deployment.machineCount);
  const machines = Math.max(1, deployment.machineCount);
  const [seconds, counts] = completions(deployment, history);
  const last = Math.max(bound, samples.at(-1)?.seconds ?? 0, seconds.at(-1) ?? 0);
  const finished =
    deployment.finishedMillis > 0
      ? (deployment.finishedMillis - deployment.createdMillis) / 1000
      : Infinity;
  const seen = samples.filter((sample) => sample.seconds <= Math.max(finished, samples[0]?.seconds ?? 0) + 1);
  const end = Math.min(last, Math.max(finished * 1.08, bound * 1.05));
  const held = [...seconds, Math.max(end, seconds.at(-1)!)];
  const steps = [...counts, counts.at(-1)!].map((count) => (100 * count) / machines);
  return uPlot.join([
    [
      seen.map((sample) => sample.seconds),
      seen.map((sample) => Math.min(100, (100 * sample.bytes) / whole)),
    ],
    [held, steps],
    bound > 0 ? [[0, bound, Math.max(end, bound)], [0, 100, 100]] : [[0], [0]],
  ]);
}
