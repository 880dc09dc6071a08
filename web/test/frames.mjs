// How fast the heat map draws 1000 machines x 2500 cells, all of them changing: `node test/frames.mjs`.
import { createServer } from "vite";
import { launch } from "./browser.mjs";

const server = await createServer({ root: new URL("..", import.meta.url).pathname, server: { host: "127.0.0.1", port: 0 }, logLevel: "error" });
await server.listen();
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
await page.goto(`${server.resolvedUrls.local[0]}test/frames.html`);
await page.waitForFunction(() => window.result, null, { timeout: 120_000 });
const result = await page.evaluate(() => window.result);
console.log(JSON.stringify(result));
if (process.argv[2]) await page.locator("#map").screenshot({ path: process.argv[2] });
await browser.close();
await server.close();
