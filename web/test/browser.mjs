// A real Chromium, Debian's or the one that CHROMIUM names, with a profile of its own.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export async function launch() {
  const program = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
    (path) => path && existsSync(path),
  );
  if (!program) {
    throw new Error("no Chromium: install the package chromium, or set CHROMIUM");
  }
  return chromium.launch({ executablePath: program, args: FLAGS, timeout: 120_000 });
}
