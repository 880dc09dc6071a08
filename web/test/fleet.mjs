// The page before a pretended fleet of a thousand machines, some of whose names are markup.
import { launch } from "./browser.mjs";
import { accessible, check, colours, everyLook, keyboard, login, loginLook, open, same, verdict, visit } from "./checks.mjs";
import { start, TOKENS } from "./stage.mjs";

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
await check("without an identity nobody logs in or out, and everybody may", async () => {
  await page.getByRole("button", { name: "Pause" }).waitFor();
  same(await page.getByRole("button", { name: "Log out" }).count(), 0, "logouts");
});
await context.close();
clearInterval(steps);
await stage.close();

// ---- a cluster that wants to know who asks ----
const secured = await start({ machines: 40, cells: 100, racks: 4, secured: true });
for (const [look, options] of [
  ["dark", { colorScheme: "dark" }],
  ["light", { colorScheme: "light" }],
  ["phone", { viewport: { width: 390, height: 844 }, colorScheme: "dark" }],
]) {
  await loginLook(browser, secured.url, look, options);
}
const place = "#/deployments/d7f3a1";
const commands = ["Pause", "Cancel", "Roll back"];
const door = await open(browser, secured.url);
await check("a token that is none is refused, and not kept in the page", async () => {
  await visit(door.page, secured.url, place);
  same(await door.page.locator("nav").count(), 0, "views for a stranger");
  await door.page.getByLabel("Your token").fill(TOKENS.unknown);
  await door.page.keyboard.press("Enter");
  await door.page.getByRole("alert").filter({ hasText: "no such token" }).waitFor();
  same(await door.page.getByLabel("Your token").inputValue(), "", "what is left in the field");
});
await check("a file of credentials is read by the page", async () => {
  const pick = (text) =>
    door.page.getByLabel("File with credentials").setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from(text) });
  for (const bad of ["", "{", "[]", `{"token":7}`, `{"token":"x"}`, JSON.stringify({ token: TOKENS.viewer, more: "x".repeat(70_000) })]) {
    await pick(bad);
    await door.page.getByRole("alert").filter({ hasText: "x.json holds no credentials" }).waitFor();
  }
  await pick(JSON.stringify({ name: "vera", coordinators: "", authority: "ab".repeat(32), token: TOKENS.viewer }));
  await door.page.getByText("vera").waitFor();
});
await check("a viewer sees, and has no buttons", async () => {
  await door.page.locator(`h1:has-text("search-index@2026-11-23")`).waitFor();
  same(new URL(door.page.url()).hash, place, "the view");
  for (const name of commands) same(await door.page.getByRole("button", { name }).count(), 0, name);
  await accessible(door.page);
  await visit(door.page, secured.url, "#/fleet");
  await door.page.locator(".tile").first().waitFor();
  same(await door.page.getByRole("button", { name: "Halt all transfers" }).count(), 0, "halts");
});
await check("whoever is put out is back at the login, and then where he was", async () => {
  await visit(door.page, secured.url, place);
  await door.page.getByText("vera").waitFor();
  secured.revoke();
  await door.page.getByText("Your login has ended. Log in again").waitFor();
  same(await door.page.getByText("search-index").count(), 0, "what is still shown");
  await login(door.page, TOKENS.deployer);
  same(new URL(door.page.url()).hash, place, "the view");
});
await check("a deployer may not change what is beyond its selector, and reads why", async () => {
  await door.page.getByText("dora may change deployments to role=ads only").waitFor();
  for (const name of commands) same(await door.page.getByRole("button", { name }).isDisabled(), true, name);
  await accessible(door.page);
});
await check("logging out, and in as an admin", async () => {
  await door.page.getByRole("button", { name: "Log out" }).click();
  await door.page.getByText("You have logged out.").waitFor();
  await login(door.page, TOKENS.admin);
  await door.page.getByRole("button", { name: "Pause" }).click();
  await door.page.getByRole("button", { name: "Resume" }).click();
  await visit(door.page, secured.url, "#/fleet");
  await door.page.getByRole("button", { name: "Halt all transfers" }).waitFor();
});
await check("nothing of a token is kept by the browser for scripts", async () => {
  const kept = await door.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  same(/seedfall-user/.test(kept), false, kept);
});
await door.context.close();
await secured.close();
await browser.close();
verdict();
