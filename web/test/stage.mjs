// A pretended coordinator on loopback with a large fleet in the middle of a push, for looking at the page:
// `node test/stage.mjs` prints its address. What the real one does is tested in system-tests (PageTest).
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';" +
  " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HOSTILE = `<img src=x onerror="document.title='broken'">`;

/** Numbers without chance: the same picture every time. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The tokens of a stage that wants one, and who has them. */
const token = (digit) => `seedfall-user_${digit.repeat(16)}_${digit.repeat(64)}`;
export const USERS = {
  [token("a")]: { name: "ada", role: "ADMIN", selector: "all", untilMillis: 0, login: true },
  [token("d")]: { name: "dora", role: "DEPLOYER", selector: "role=ads", untilMillis: 0, login: true },
  [token("b")]: { name: "vera", role: "VIEWER", selector: "all", untilMillis: 0, login: true },
};
export const TOKENS = { admin: token("a"), deployer: token("d"), viewer: token("b"), unknown: token("e") };

/**
 * Starts one; `{ url, close, step, revoke }`: `step()` lets some pieces arrive, `revoke()` puts out whoever has
 * logged in. With `secured` it wants a login; it keeps one user in mind instead of cookies, which it cannot set
 * without TLS.
 */
export async function start({ machines = 1000, cells = 2384, port = 0, racks = 25, secured = false } = {}) {
  const random = numbers(7);
  const began = Date.now() - 41_000;
  const size = 5e9;
  const name = (at) => `node-${String(at).padStart(4, "0")}`;
  const agents = Array.from({ length: machines }, (_, at) => ({
    name: name(at),
    kind: "AGENT",
    labels: {
      rack: `r${String(Math.floor((at * racks) / machines) + 1).padStart(2, "0")}`,
      zone: at < machines / 2 ? "eu-1" : "eu-2",
      role: at === 3 ? HOSTILE : "search",
    },
    endpoint: `10.0.${at >> 8}.${at & 255}:7071`,
    connected: at % 167 !== 20,
    lastSeenMillis: began,
    freeBytes: 1e12 + at * 1e9,
  }));
  const bits = agents.map(() => new Uint8Array(Math.ceil(cells / 8)));
  const counts = agents.map(() => 0);
  const pieces = size / cells;
  const put = (at, cell) => {
    if (!(bits[at][cell >> 3] & (0x80 >> (cell & 7)))) {
      bits[at][cell >> 3] |= 0x80 >> (cell & 7);
      counts[at]++;
    }
  };
  agents.forEach((agent, at) => {
    const part = at % 40 === 0 ? 0.999 : at % 97 === 5 ? 0.18 : 0.42 + 0.3 * random();
    for (let cell = 0; cell < cells; cell++) {
      if (agent.connected && random() < part * (1.25 - (0.5 * cell) / cells)) put(at, cell);
    }
    if (at % 9 === 0 && agent.connected) for (let cell = 0; cell < cells; cell++) put(at, cell);
  });
  let stamp = 1;
  const changed = agents.map(() => 1);
  const phase = (at) =>
    !agents[at].connected ? "WAITING" : at % 311 === 7 ? "FAILED" : counts[at] === cells ? "INSTALLED" : "FETCHING";
  const machine = (at) => ({
    agent: name(at),
    phase: phase(at),
    why: phase(at) === "FAILED" ? "the disk is full: 5 GB are needed, 1.2 GB are left" : "",
    bytesDone: Math.round(counts[at] * pieces),
    bytesFromHolders: Math.round(counts[at] * pieces * 0.001),
    bytesFromPeers: Math.round(counts[at] * pieces * 0.999),
    elapsedMillis: 40_000,
    bytesReused: 0,
    wave: at < 10 ? 0 : at < 100 ? 1 : 2,
  });
  const rollout = {
    once: false, stage: false, waves: ["10", "10%", "100%"], waveBy: "", success: "99%", soakMillis: 30_000,
    healthHook: "answers-queries", maxFailed: "1%", onFailure: "STOP", quorum: "100%", deadlineMillis: 0,
    pace: { priority: "NORMAL", maxBytesPerSecond: 0, paused: false }, hooks: {}, attributes: {},
  };
  const state = { paused: false, halted: false, user: null };
  const problem = (response, status, code, detail, action) => {
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(JSON.stringify({ code, status, title: code, detail, action }));
  };
  /** Who may log in, and out; whether the request is answered with that. */
  const atTheDoor = async (asked, request, response) => {
    const who = secured ? state.user : { name: "", role: "ADMIN", selector: "all", untilMillis: 0, login: false };
    if (asked === "login" || asked === "logout") {
      let body = "";
      for await (const part of request) body += part;
      if (!request.headers["seedfall-page"]) {
        problem(response, 403, "foreign_page", "the header Seedfall-Page is missing", "");
        return true;
      }
      state.user = asked === "login" ? USERS[JSON.parse(body).token] : null;
      if (asked === "login" && !state.user) {
        problem(response, 401, "unauthenticated", "no such token", "look whether it is mistyped, of another cluster, or was replaced by a newer one");
        return true;
      }
    } else if (!who) {
      problem(response, 401, "unauthenticated", "the login has ended", "log in again");
      return true;
    } else if (asked !== "whoami") {
      return false;
    }
    response.writeHead(asked === "logout" ? 204 : 200, { "content-type": "application/json" });
    response.end(asked === "logout" ? "" : JSON.stringify(state.user ?? who));
    return true;
  };
  const deployment = (full) => {
    const all = agents.map((_, at) => machine(at));
    return {
      id: "d7f3a1", artifact: "search-index", version: "2026-11-23", infoHash: "ab".repeat(32), sizeBytes: size,
      selector: "role=search", destination: "search/index.bin", phase: "RUNNING", why: "wave 3 of 3 began",
      createdMillis: began, finishedMillis: 0, machines: full ? all : [], machineCount: machines,
      installedCount: all.filter((one) => one.phase === "INSTALLED").length,
      failedCount: all.filter((one) => one.phase === "FAILED").length,
      bytesDone: all.reduce((sum, one) => sum + one.bytesDone, 0), paused: state.paused, wave: 2, waveCount: 3,
      stagedCount: 0, previous: "search-index@2026-11-22", rollout, by: "ada",
    };
  };
  const older = {
    ...deployment(false), id: "d11111", version: HOSTILE, phase: "DONE", why: "all installed it",
    createdMillis: began - 4e6, finishedMillis: began - 3.99e6, installedCount: machines, failedCount: 0,
    infoHash: "cd".repeat(32), bytesDone: size * machines,
  };
  const status = () => ({
    version: "0.1.0", startedMillis: began - 9e7, agentsConnected: agents.filter((one) => one.connected).length,
    agentsKnown: machines, artifacts: 2, deploymentsRunning: 1, leads: true, leader: "10.0.0.1:7070",
    halted: state.halted,
  });
  const artifact = (version, infoHash, createdMillis) => ({
    name: "search-index", version, infoHash, sizeBytes: size, fileCount: 1, pieceBytes: 2 << 20, createdMillis,
    fullCopies: 14,
  });
  const answers = {
    status,
    agents: () => agents,
    artifacts: () => [artifact("2026-11-23", "ab".repeat(32), began), artifact(HOSTILE, "cd".repeat(32), began - 4e6)],
    deployments: () => [deployment(false), older],
    installed: () => ({ places: [
      { destination: "search/index.bin", infoHash: "ab".repeat(32), machines: agents.filter((one, at) => one.connected && phase(at) === "INSTALLED").map((one) => one.name) },
      { destination: "search/index.bin", infoHash: "cd".repeat(32), machines: agents.filter((one, at) => one.connected && phase(at) !== "INSTALLED").map((one) => one.name) },
      { destination: "ads/model.bin", infoHash: "ef".repeat(32), machines: agents.filter((one, at) => at % 3 && one.connected).map((one) => one.name) },
    ] }),
    "deployments/d7f3a1": () => deployment(true),
    "deployments/d11111": () => ({ ...older, machines: agents.map((_, at) => ({ ...machine(at), phase: "INSTALLED", bytesDone: size })) }),
    "deployments/d7f3a1/history": () => [
      { atMillis: began, agent: "", phase: "RUNNING", why: "asked for by ada" },
      ...agents.flatMap((one, at) => phase(at) === "INSTALLED" ? [{ atMillis: began + 9_000 + ((at * 7919) % machines) * (30_000 / machines), agent: one.name, phase: "INSTALLED", why: "it said so" }] : []),
    ].sort((a, b) => a.atMillis - b.atMillis),
    "deployments/d11111/history": () => [],
    "deployments/d7f3a1/pieces": (query) => ({
      stamp, cells,
      machines: Object.fromEntries(agents.flatMap((one, at) => changed[at] > Number(query.get("since")) && phase(at) === "FETCHING" ? [[one.name, Buffer.from(bits[at]).toString("base64")]] : [])),
    }),
    "deployments/d11111/pieces": () => ({ stamp, cells: 0, machines: {} }),
    "deployments/d7f3a1/flow": () => {
      const groups = ["(source)", ...Array.from({ length: racks }, (_, at) => `r${String(at + 1).padStart(2, "0")}`)];
      const edges = [];
      for (let to = 1; to <= racks; to++) {
        for (let from = 0; from <= racks; from++) {
          const bytes = from === to ? 195e9 : from === 0 ? 0.2e9 : random() < 0.6 ? 4e8 * random() : 0;
          if (bytes > 0) edges.push({ from, to, bytes });
        }
      }
      return {
        by: "rack", sizeBytes: size, told: machines, edges,
        groups: groups.map((group, at) => ({ name: group, machines: at ? machines / racks : 0, receivedBytes: edges.filter((edge) => edge.to === at).reduce((sum, edge) => sum + edge.bytes, 0) })),
      };
    },
  };
  answers["deployments/d11111/flow"] = () => ({ by: "rack", sizeBytes: size, told: 0, groups: [], edges: [] });
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const path = url.pathname;
    if (path.startsWith("/api/v1/")) {
      const asked = path.slice("/api/v1/".length);
      if (await atTheDoor(asked, request, response)) return;
      if (request.method === "POST") {
        if (asked.endsWith("/pause")) state.paused = true;
        if (asked.endsWith("/resume")) state.paused = false;
        if (asked === "fleet/halt") state.halted = true;
        if (asked === "fleet/resume") state.halted = false;
      }
      const detail = /^deployments\/d7f3a1\/machines\/node-(\d+)$/.exec(asked);
      const answer = detail
        ? { machine: machine(Number(detail[1])), destination: "search/index.bin", detail: { millis: { connecting: 120, receiving: 38_000 }, bytesFrom: { "10.0.0.1:7071": 3e8, "10.0.0.2:7071": 2e8 }, hookOutput: HOSTILE } }
        : asked.startsWith("fleet/") ? status()
        : request.method === "POST" ? deployment(true)
        : answers[asked]?.(url.searchParams);
      response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(Array.isArray(answer) ? { items: answer, next: "" } : (answer ?? { code: "unknown", detail: "there is nothing" })));
      return;
    }
    try {
      const file = path === "/" ? "/index.html" : path;
      const bytes = readFileSync(new URL(`../dist${file}`, import.meta.url));
      response.writeHead(200, { "content-type": TYPES[file.split(".").at(-1)], "content-security-policy": POLICY });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((done) => server.close(done)),
    revoke: () => (state.user = null),
    /** Every machine under way gets some more pieces. */
    step(part = 0.02) {
      stamp++;
      agents.forEach((one, at) => {
        if (phase(at) !== "FETCHING" || state.paused) return;
        const slow = at % 97 === 5 ? 0.1 : 1;
        for (let more = 0; more < cells * part * slow; more++) put(at, Math.floor(random() * cells));
        changed[at] = stamp;
      });
    },
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const stage = await start({ port: Number(process.argv[2] ?? 0) });
  setInterval(() => stage.step(), 1_000);
  console.log(stage.url);
}
