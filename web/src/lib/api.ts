/** What the coordinator answers (docs/api.md), as far as the page looks at it, and how it is asked. */

import type { Role } from "./login";

export type Phase =
  | "RUNNING"
  | "STAGED"
  | "SOAKING"
  | "CHECKING"
  | "DONE"
  | "FAILED"
  | "CANCELLED"
  | "ROLLED_BACK";

export type MachinePhase =
  | "PENDING"
  | "WAITING"
  | "FETCHING"
  | "STAGED"
  | "INSTALLING"
  | "INSTALLED"
  | "FAILED"
  | "CANCELLED";

export interface Status {
  version: string;
  startedMillis: number;
  agentsConnected: number;
  agentsKnown: number;
  artifacts: number;
  deploymentsRunning: number;
  leads: boolean;
  leader: string;
  halted: boolean;
}

export interface Agent {
  name: string;
  kind: "AGENT" | "PUBLISHER";
  labels: Record<string, string>;
  endpoint: string;
  connected: boolean;
  lastSeenMillis: number;
  freeBytes: number;
}

export interface Artifact {
  name: string;
  version: string;
  infoHash: string;
  sizeBytes: number;
  fileCount: number;
  pieceBytes: number;
  createdMillis: number;
  fullCopies: number;
}

export interface Machine {
  agent: string;
  phase: MachinePhase;
  why: string;
  bytesDone: number;
  bytesFromHolders: number;
  bytesFromPeers: number;
  elapsedMillis: number;
  bytesReused: number;
  wave: number;
}

export interface Rollout {
  once: boolean;
  stage: boolean;
  waves: string[];
  waveBy: string;
  success: string;
  soakMillis: number;
  healthHook: string;
  maxFailed: string;
  onFailure: string;
  quorum: string;
  deadlineMillis: number;
  pace: { priority: string; maxBytesPerSecond: number; paused: boolean };
}

export interface Deployment {
  id: string;
  artifact: string;
  version: string;
  infoHash: string;
  sizeBytes: number;
  selector: string;
  destination: string;
  phase: Phase;
  why: string;
  createdMillis: number;
  finishedMillis: number;
  machines: Machine[];
  machineCount: number;
  installedCount: number;
  failedCount: number;
  bytesDone: number;
  paused: boolean;
  wave: number;
  waveCount: number;
  stagedCount: number;
  previous: string;
  rollout: Rollout;
  by: string;
}

export interface Change {
  atMillis: number;
  agent: string;
  phase: string;
  why: string;
}

export interface MachineDetail {
  machine: Machine;
  detail: {
    millis: Record<string, number>;
    bytesFrom: Record<string, number>;
    hookOutput: string;
  };
  destination: string;
}

/** Content at a destination, and the connected machines that have it there. */
export interface Installed {
  destination: string;
  infoHash: string;
  machines: string[];
}

/** Which pieces machines have; a bit a cell, highest bit first, base64. */
export interface Pieces {
  stamp: number;
  cells: number;
  machines: Record<string, string>;
}

/** Bytes between groups of machines. */
export interface Flow {
  by: string;
  sizeBytes: number;
  told: number;
  groups: { name: string; machines: number; receivedBytes: number }[];
  edges: { from: number; to: number; bytes: number }[];
}

/** Who asks; a coordinator without an identity knows no name. */
export interface Who {
  name: string;
  role: Role;
  selector: string;
  untilMillis: number;
  login: boolean;
}

/** What the coordinator refused, in its words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Where the coordinator is that should have been asked; empty when this one is right. */
    readonly leader = "",
  ) {
    super(message);
  }
}

const ROOT = "/api/v1/";
const part = encodeURIComponent;
const PATIENCE_MILLIS = 20_000;

/** Says which page asks, in a header that no other site's page can send. */
const FROM_PAGE = { "seedfall-page": "1" };

let unknown = () => {};

/** What to do when the coordinator does not know any more who asks. */
export function whenUnknown(then: () => void): void {
  unknown = then;
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(ROOT + path, {
      method,
      headers: {
        accept: "application/json, application/problem+json",
        ...(method !== "GET" && FROM_PAGE),
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
      redirect: "error",
    });
  } catch {
    throw new Refused(0, "away", "the coordinator does not answer");
  }
  const said: unknown = await answer.json().catch(() => null);
  if (!answer.ok) {
    if (answer.status === 401 && path !== "login" && path !== "whoami") {
      unknown();
    }
    throw refusal(answer.status, said, answer.headers.get("location") ?? "");
  }
  return said as T;
}

/** What a problem of RFC 9457 says, with what to do about it. */
export function refusal(status: number, body: unknown, location = ""): Refused {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const words = [said.detail ?? said.title, said.action].filter(
    (word): word is string => typeof word === "string" && word !== "",
  );
  const code = typeof said.code === "string" ? said.code : "unknown";
  const leader = URL.canParse(location) ? new URL(location).host : "";
  return new Refused(status, code, words.join(": ") || `the coordinator answered ${status}`, leader);
}

interface Page<T> {
  items: T[];
  next: string;
}

const PAGE = 1_000;

/** All of a list, or its beginning when it has more than so many. */
async function list<T>(path: string, most: number): Promise<T[]> {
  const all: T[] = [];
  let after = "";
  do {
    const page: Page<T> = await ask<Page<T>>(
      "GET",
      `${path}?limit=${Math.min(PAGE, most - all.length)}${after && `&after=${part(after)}`}`,
    );
    all.push(...page.items);
    after = page.next;
  } while (after !== "" && all.length < most);
  return all;
}

/** What the page shows at most. */
export const AGENTS_MAX = 20_000;
export const ARTIFACTS_MAX = 1_000;
export const DEPLOYMENTS_MAX = 100;
export const CHANGES_MAX = 50_000;

/** With all of its machines: of very many, an answer has only the first. */
async function deployment(id: string): Promise<Deployment> {
  const one = await ask<Deployment>("GET", `deployments/${part(id)}`);
  return one.machines.length < one.machineCount
    ? { ...one, machines: await list<Machine>(`deployments/${part(id)}/machines`, AGENTS_MAX) }
    : one;
}

export const api = {
  whoami: () => ask<Who>("GET", "whoami"),
  login: (token: string) => ask<Who>("POST", "login", { token }),
  logout: () => ask<null>("POST", "logout"),
  status: () => ask<Status>("GET", "status"),
  agents: () => list<Agent>("agents", AGENTS_MAX),
  artifacts: () => list<Artifact>("artifacts", ARTIFACTS_MAX),
  deployments: () => list<Deployment>("deployments", DEPLOYMENTS_MAX),
  installed: async () => (await ask<{ places: Installed[] }>("GET", "installed")).places,
  deployment,
  history: (id: string) => list<Change>(`deployments/${part(id)}/history`, CHANGES_MAX),
  pieces: (id: string, since: number) =>
    ask<Pieces>("GET", `deployments/${part(id)}/pieces?since=${since}`),
  flow: (id: string, by: string) =>
    ask<Flow>("GET", `deployments/${part(id)}/flow${by && `?by=${part(by)}`}`),
  machine: (id: string, agent: string) =>
    ask<MachineDetail>("GET", `deployments/${part(id)}/machines/${part(agent)}`),
  /** pause, resume, cancel, activate */
  command: (id: string, what: string) =>
    ask<Deployment>("POST", `deployments/${part(id)}/${part(what)}`),
  /** Gives the deployment that brings the version before. */
  rollBack: (id: string) => ask<Deployment>("POST", `deployments/${part(id)}/rollback`, {}),
  halt: (halted: boolean) => ask<Status>("POST", `fleet/${halted ? "halt" : "resume"}`),
};
