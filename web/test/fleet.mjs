// The page before a pretended fleet of a thousand machines, some of whose names are markup.
import { launch } from "./browser.mjs";
import { check, colours, everyLook, keyboard, open, same, verdict, visit } from "./checks.mjs";
import { start } from "./stage.mjs";

const stage = await start();
const steps = setInterval(() => stage.step(), 1_000);
const browser = await launch();
await everyLook(browser, stage.url, "d7f3a1");
await keyboard(browser, stage.url);
const { page, context } = await open(browser, stage.url);
await check("markup in names is text", async () => {
  await visit(page, stage.url, "#/deployments/d11111");
  same(await page.locator("h1").textContent(), `search-index@<img src=x onerror="document.title='broken'">`, "the name");
  same(/broken/.test(await page.title()), false, "a title that a name has written");
});
await check("the heat map moves", async () => {
  await visit(page, stage.url, "#/deployments/d7f3a1");
  await page.locator("canvas[aria-label*='1\u202f000 machines by 2\u202f384 cells']").waitFor();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length > 10);
  if ((await colours(page, ".frame canvas")) < 20) throw new Error("it is empty");
  const before = await page.locator(".frame canvas").getAttribute("aria-label");
  await page.waitForFunction((label) => document.querySelector(".frame canvas").getAttribute("aria-label") !== label, before);
});
await check("a machine is looked at, by its straggler's button", async () => {
  await page.locator("tbody button").first().click();
  await page.getByText("Who fed it").waitFor();
});
await context.close();
clearInterval(steps);
await browser.close();
await stage.close();
verdict();
