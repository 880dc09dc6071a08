// Pictures of every view over a pretended fleet: `node test/look.mjs DIRECTORY`.
import { launch } from "./browser.mjs";
import { start } from "./stage.mjs";

const directory = process.argv[2] ?? ".";
const stage = await start();
const browser = await launch();
const steps = setInterval(() => stage.step(0.01), 500);
const views = {
  fleet: "#/fleet",
  deployments: "#/deployments",
  deployment: "#/deployments/d7f3a1",
  flow: "#/flow/d7f3a1",
  artifacts: "#/artifacts",
  history: "#/history/d7f3a1",
};
const only = process.argv[3]?.split(",");
for (const [look, scheme, width, height] of [
  ["dark", "dark", 1360, 900],
  ["light", "light", 1360, 900],
  ["phone", "dark", 390, 844],
]) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height } });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && console.log(look, message.text()));
  page.on("pageerror", (error) => console.log(look, String(error)));
  for (const [view, hash] of Object.entries(views)) {
    if (only && !only.includes(`${look}-${view}`) && !only.includes(look)) continue;
    await page.goto(stage.url + hash);
    await page.locator("main h1").first().waitFor();
    await page.waitForTimeout(view === "deployment" ? 5_000 : 1_500);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) console.log(`${look}-${view}: ${wide} px too wide`);
    await page.screenshot({ path: `${directory}/${look}-${view}.png`, fullPage: look === "phone", clip: look === "phone" ? { x: 0, y: 0, width, height: 1_900 } : undefined });
  }
  await context.close();
}
clearInterval(steps);
await browser.close();
await stage.close();
