// The first load has a limit: all that the index names, packed as it is served.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 150_000;
const dist = new URL("../dist/", import.meta.url);
const index = readFileSync(new URL("index.html", dist), "utf8");
const names = ["index.html", ...[...index.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1])];
let all = 0;
for (const name of names) {
  const bytes = gzipSync(readFileSync(new URL(name, dist))).length;
  all += bytes;
  console.log(`${String(bytes).padStart(8)}  ${name}`);
}
console.log(`${String(all).padStart(8)}  first load, of ${LIMIT_BYTES}`);
if (all > LIMIT_BYTES) {
  console.error("the page is too heavy");
  process.exit(1);
}
