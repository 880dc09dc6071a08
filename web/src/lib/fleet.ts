import type { Agent, Artifact, Installed } from "./api";
import { byName } from "./format";

export interface Rack {
  name: string;
  machines: Agent[];
}

export interface Zone {
  name: string;
  racks: Rack[];
}

/** Machines by their labels {@code zone} and {@code rack}; who has none is in a nameless one. */
export function zones(agents: Agent[]): Zone[] {
  const all = new Map<string, Map<string, Agent[]>>();
  for (const agent of agents) {
    if (agent.kind !== "AGENT") {
      continue;
    }
    const racks = all.get(agent.labels.zone ?? "") ?? new Map<string, Agent[]>();
    all.set(agent.labels.zone ?? "", racks);
    const rack = racks.get(agent.labels.rack ?? "") ?? [];
    racks.set(agent.labels.rack ?? "", rack);
    rack.push(agent);
  }
  return sorted(all).map(([name, racks]) => ({
    name,
    racks: sorted(racks).map(([rack, machines]) => ({
      name: rack,
      machines: machines.sort((a, b) => byName(a.name, b.name)),
    })),
  }));
}

function sorted<T>(map: Map<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => byName(a, b));
}

/** What is known by an info-hash: the latest registered name of it, else a part of the hash. */
export function versionNames(artifacts: Artifact[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const artifact of [...artifacts].sort((a, b) => a.createdMillis - b.createdMillis)) {
    names.set(artifact.infoHash, `${artifact.name}@${artifact.version}`);
  }
  return names;
}

export interface Version {
  infoHash: string;
  name: string;
  machines: string[];
  tone: string;
}

export interface Place {
  destination: string;
  versions: Version[];
  machines: number;
}

/** How the newest, the one before it, and so on are coloured. */
const TONES = ["v0", "v1", "v2", "v3", "v4"];

/** Every destination with its versions, newest first. */
export function places(installed: Installed[], artifacts: Artifact[]): Place[] {
  const names = versionNames(artifacts);
  const born = new Map<string, number>();
  for (const artifact of artifacts) {
    born.set(artifact.infoHash, Math.max(artifact.createdMillis, born.get(artifact.infoHash) ?? 0));
  }
  const all = new Map<string, Installed[]>();
  for (const one of installed) {
    all.set(one.destination, [...(all.get(one.destination) ?? []), one]);
  }
  return sorted(all).map(([destination, versions]) => ({
    destination,
    machines: versions.reduce((sum, version) => sum + version.machines.length, 0),
    versions: versions
      .sort((a, b) => (born.get(b.infoHash) ?? 0) - (born.get(a.infoHash) ?? 0))
      .map((version, at) => ({
        infoHash: version.infoHash,
        name: names.get(version.infoHash) ?? `${version.infoHash.slice(0, 12)}…`,
        machines: version.machines,
        tone: TONES[Math.min(at, TONES.length - 1)]!,
      })),
  }));
}

/** Whether a machine's name, rack, zone or any label holds all the words. */
export function matches(agent: Agent, words: string): boolean {
  const text = [
    agent.name,
    agent.endpoint,
    ...Object.entries(agent.labels).map(([key, value]) => `${key}=${value}`),
  ]
    .join(" ")
    .toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
