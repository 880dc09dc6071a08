// The page of a real coordinator: `node test/page.mjs URL ID`, while deployment ID moves slowly and can be
// paused. Each step that the caller waits for is a line. PageTest of system-tests runs it.
import { launch } from "./browser.mjs";
import { check, colours, everyLook, keyboard, open, same, verdict, visit } from "./checks.mjs";

const [url, id] = process.argv.slice(2);
const browser = await launch();
const { page, context } = await open(browser, url);
const phase = () => page.locator("h1 + p .phase").textContent();

await check("the page may load nothing from elsewhere", async () => {
  const answer = await page.goto(url);
  const policy = answer.headers()["content-security-policy"];
  if (!policy.includes("default-src 'none'") || policy.includes("unsafe")) throw new Error(policy);
  same(answer.headers()["x-content-type-options"], "nosniff", "nosniff");
  const script = await page.locator("script").getAttribute("src");
  const cached = (await page.request.get(url + script.slice(1))).headers()["cache-control"];
  same(cached, "public, max-age=31536000, immutable", "a file with its hash in its name");
});
await check("a deployment is watched while it moves", async () => {
  await visit(page, url, `#/deployments/${id}`);
  await page.locator("canvas[aria-label^='Heat map: 3 machines by']:not([aria-label*=' 0 cells'])").waitFor();
  if ((await colours(page, ".frame canvas")) < 3) throw new Error("the heat map is empty");
  await page.locator("section[aria-labelledby=late] tbody tr").first().waitFor();
});
await check("it is paused and goes on", async () => {
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  same(await phase(), "running, paused", "its phase");
  await page.getByText("paused", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
});
await check("what cannot be taken back asks first", async () => {
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "No", exact: true }).click();
  same(await phase(), "running", "its phase");
});
await check("it ends before our eyes", async () => {
  await page.locator("h1 + p .phase", { hasText: "done" }).waitFor();
  await page.getByText("every machine has it").waitFor();
});
await check("a machine tells who fed it", async () => {
  await page.getByLabel("Machine", { exact: true }).selectOption("a1");
  await page.locator("section[aria-labelledby=machine]", { hasText: "receiving" }).waitFor();
});
await check("the fleet has it, by version", async () => {
  await visit(page, url, "#/fleet");
  await page.locator(".legend", { hasText: "model@" }).first().waitFor();
  await page.locator(".tile.v0").nth(2).waitFor();
  same(await page.locator(".rack").count(), 2, "racks");
  same(await page.locator(".where", { hasText: "<img src=x onerror=alert(1)>" }).count(), 1, "a hostile path as text");
});
await check("who fed whom, by rack", async () => {
  await visit(page, url, `#/flow/${id}`);
  await page.locator("td[title^='(source) to r1:']").waitFor();
});
await check("nothing is asked of the fleet without a question", async () => {
  await visit(page, url, "#/fleet");
  await page.getByRole("button", { name: "Halt all transfers" }).click();
  await page.getByRole("button", { name: "Yes, halt all transfers" }).click();
  await page.getByText("All transfers of the fleet are halted.").waitFor();
  await page.getByRole("button", { name: "Resume all transfers" }).click();
  await page.getByText("All transfers of the fleet are halted.").waitFor({ state: "detached" });
});
await context.close();
await everyLook(browser, url, id);
await keyboard(browser, url);
await browser.close();
verdict();
