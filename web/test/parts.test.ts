import { describe, expect, test } from "vitest";
import type { Agent, Deployment, Machine } from "../src/lib/api";
import { refusal } from "../src/lib/api";
import { boundSeconds } from "../src/lib/bound";
import { completions } from "../src/lib/curve";
import { matches, places, zones } from "../src/lib/fleet";
import { bytes, duration, percent, rate } from "../src/lib/format";
import { includes, isToken, isWithin, tokenIn } from "../src/lib/login";
import { has, unpack } from "../src/lib/heat";
import { stragglers } from "../src/lib/stragglers";
import { rateOf } from "../src/lib/watch.svelte";

const agent = (name: string, labels: Record<string, string> = {}, connected = true): Agent => ({
  name,
  kind: "AGENT",
  labels,
  endpoint: "10.0.0.1:1",
  connected,
  lastSeenMillis: 1,
  freeBytes: 1,
});

const machine = (agentName: string, phase: Machine["phase"], bytesDone = 0): Machine => ({
  agent: agentName,
  phase,
  why: phase === "FAILED" ? "the disk is full" : "",
  bytesDone,
  bytesFromHolders: 0,
  bytesFromPeers: 0,
  elapsedMillis: 0,
  bytesReused: 0,
  wave: 0,
});

describe("numbers", () => {
  test("bytes in powers of ten", () => {
    expect([0, 999, 1000, 1e6, 5e9, 12.34e12].map(bytes)).toEqual([
      "0 B", "999 B", "1.00 kB", "1.00 MB", "5.00 GB", "12.3 TB",
    ]);
    expect(bytes(-1)).toBe("–");
    expect(bytes(999_999)).toBe("1.00 MB");
    expect(rate(2.5e9)).toBe("2.50 GB/s");
  });

  test("times", () => {
    expect([250, 1500, 61_000, 3.7e6, 9e7].map(duration)).toEqual([
      "250 ms", "1.5 s", "1 min 1 s", "1 h 1 min", "1 d 1 h",
    ]);
  });

  test("a hundred percent is all of it", () => {
    expect(percent(999_999, 1_000_000)).toBe("99.9 %");
    expect(percent(5, 5)).toBe("100 %");
    expect(percent(0, 5)).toBe("0 %");
    expect(percent(1, 0)).toBe("–");
  });
});

test("the bound is one time through the card, and a piece for every doubling", () => {
  expect(boundSeconds(5e9, 5e9, 1, 1000)).toBe(1);
  expect(boundSeconds(5e9, 5e9, 1000, 900)).toBeCloseTo(1.01, 10);
  expect(boundSeconds(5e9, 0, 1000, 900)).toBe(0);
});

test("the first cell is the highest bit", () => {
  const bits = unpack("gAE="); // 0x80 0x01
  expect([0, 1, 14, 15, 16].map((cell) => has(bits, cell))).toEqual([true, false, false, true, false]);
});

test("machines stand in their zone and rack, in the order of numbers", () => {
  const all = zones([
    agent("m10", { zone: "a", rack: "r1" }),
    agent("m9", { zone: "a", rack: "r1" }),
    agent("x", { rack: "r2" }),
    { ...agent("p"), kind: "PUBLISHER" },
  ]);
  expect(all.map((zone) => zone.name)).toEqual(["", "a"]);
  expect(all[1]!.racks[0]!.machines.map((one) => one.name)).toEqual(["m9", "m10"]);
});

test("every word has to be found", () => {
  const one = agent("Node-1", { role: "search" });
  expect(matches(one, "node role=sea")).toBe(true);
  expect(matches(one, "node web")).toBe(false);
  expect(matches(one, "")).toBe(true);
});

test("versions of a destination, newest first, by name", () => {
  const [place] = places(
    [
      { destination: "d", infoHash: "aa", machines: ["m1"] },
      { destination: "d", infoHash: "bb", machines: ["m2", "m3"] },
      { destination: "d", infoHash: "cccccccccccccccc", machines: ["m4"] },
    ],
    [
      { name: "x", version: "1", infoHash: "aa", sizeBytes: 1, fileCount: 1, pieceBytes: 1, createdMillis: 1, fullCopies: 1 },
      { name: "x", version: "2", infoHash: "bb", sizeBytes: 1, fileCount: 1, pieceBytes: 1, createdMillis: 2, fullCopies: 1 },
    ],
  );
  expect(place!.versions.map((version) => version.name)).toEqual(["x@2", "x@1", "cccccccccccc…"]);
  expect(place!.machines).toBe(4);
});

const deployment = (machines: Machine[]): Deployment =>
  ({ createdMillis: 1000, machines, machineCount: machines.length, waveCount: 2, paused: false }) as Deployment;

test("a machine counts from the moment when it had everything", () => {
  const [seconds, counts] = completions(deployment([]), [
    { atMillis: 1500, agent: "", phase: "RUNNING", why: "" },
    { atMillis: 3000, agent: "a", phase: "INSTALLING", why: "" },
    { atMillis: 4000, agent: "a", phase: "INSTALLED", why: "" },
    { atMillis: 3000, agent: "b", phase: "STAGED", why: "" },
    { atMillis: 5000, agent: "c", phase: "FAILED", why: "" },
    { atMillis: 9000, agent: "d", phase: "INSTALLED", why: "" },
  ]);
  expect(seconds).toEqual([0, 2, 8]);
  expect(counts).toEqual([0, 2, 3]);
});

test("who is late is told with the reason, the grave ones first", () => {
  const speeds: Record<string, number> = { fast: 100, fine: 90, slow: 10, still: 95 };
  const late = stragglers(
    deployment([
      machine("fast", "FETCHING", 9),
      machine("fine", "FETCHING", 8),
      machine("slow", "FETCHING", 2),
      machine("still", "FETCHING", 3),
      machine("gone", "WAITING"),
      machine("broken", "FAILED", 1),
      machine("next", "PENDING"),
      machine("done", "INSTALLED"),
    ]),
    new Map(["fast", "fine", "slow", "still", "broken", "next"].map((name) => [name, agent(name)])).set("gone", agent("gone", {}, false)),
    { rateOf: (name) => speeds[name] ?? 0, quietMillis: (name) => (name === "still" ? 6_000 : 0) },
    61_000,
  );
  expect(late.map((one) => `${one.machine.agent}: ${one.reason}`)).toEqual([
    "gone: away, last heard of 1 min ago",
    "broken: the disk is full",
    "slow: slow: 10 B/s, half of them have more than 95 B/s",
    "still: no new piece for 6.0 s",
    "next: its wave, 1 of 2, has not come",
    "fine: on its way",
    "fast: on its way",
  ]);
});

test("the rate is that of the last seconds", () => {
  const samples = [0, 1, 2, 10].map((seconds) => ({ seconds, bytes: seconds * 100, complete: 0 }));
  expect(rateOf(samples, 9)).toBe(100);
  expect(rateOf(samples.slice(0, 1), 9)).toBe(0);
  expect(rateOf([], 9)).toBe(0);
});

test("a problem is told with what to do", () => {
  expect(refusal(409, { code: "x", title: "t", detail: "it stands still", action: "resume it" }).message).toBe(
    "it stands still: resume it",
  );
  expect(refusal(500, null).message).toBe("the coordinator answered 500");
});

describe("who may", () => {
  test("each role includes those before it", () => {
    const roles = ["VIEWER", "PUBLISHER", "DEPLOYER", "ADMIN"] as const;
    roles.forEach((has, at) =>
      roles.forEach((needed, below) => expect(includes(has, needed)).toBe(at >= below)),
    );
  });

  test("a selector is within one whose terms it has", () => {
    expect(isWithin("all", "all")).toBe(true);
    expect(isWithin("role=ads,zone=a", "all")).toBe(true);
    expect(isWithin("role=ads,zone=a", "zone=a,role=ads")).toBe(true);
    expect(isWithin("role=ads,zone=a", "zone=a")).toBe(true);
    expect(isWithin("zone!=a", "zone=a")).toBe(false);
    expect(isWithin("zone=a", "zone=a,role=ads")).toBe(false);
    expect(isWithin("zone=ab", "zone=a")).toBe(false);
    expect(isWithin("all", "zone=a")).toBe(false);
  });

  test("credentials hold a token, or nothing does", () => {
    const token = `seedfall-user_${"0a".repeat(8)}_${"1b".repeat(32)}`;
    expect(token.length).toBe(95);
    expect(isToken(token)).toBe(true);
    expect(tokenIn(JSON.stringify({ name: "ci", token }))).toBe(token);
    for (const bad of ["", "x", "null", "7", "[]", "{}", `{"token":null}`, JSON.stringify({ token: `${token}0` })]) {
      expect(tokenIn(bad)).toBe(null);
    }
    expect(isToken(token.toUpperCase())).toBe(false);
    expect(isToken(token.slice(1))).toBe(false);
  });

  test("a refusal by one that does not lead names the one that does", () => {
    expect(refusal(421, {}, "https://10.0.0.1:7070/api/v1/login").leader).toBe("10.0.0.1:7070");
    expect(refusal(421, {}).leader).toBe("");
    expect(refusal(421, {}, "nonsense").leader).toBe("");
  });
});
