// The login of a real coordinator, over TLS: `node test/login.mjs URL ID VIEWER DEPLOYER`, while deployment ID moves
// slowly; the last two are files of credentials. The browser does not know the cluster's authority, which its operators
// would have it trust: here it asks no questions. PageLoginTest of system-tests runs it, and revokes the deployer when
// it has paused.
import { launch } from "./browser.mjs";
import { accessible, check, open, same, verdict, visit } from "./checks.mjs";

const [url, id, viewer, deployer] = process.argv.slice(2);
const place = `#/deployments/${id}`;
const browser = await launch();
const { page, context, strangers, complaints } = await open(browser, url, { ignoreHTTPSErrors: true });
const login = async (file) => {
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.getByLabel("File with credentials").setInputFiles(file);
  await page.getByRole("button", { name: "Log out" }).waitFor();
};
const cookies = () => context.cookies(url);

await check("a stranger sees the login, and no more", async () => {
  await visit(page, url, place);
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  same(await page.locator("nav").count(), 0, "views");
  same(await page.evaluate(async () => (await fetch("/api/v1/status")).status), 401, "the coordinator's answer");
  await accessible(page);
});
await check("a viewer logs in, hears events, and has no buttons", async () => {
  const events = page.waitForResponse((answer) => answer.url().endsWith(`/${id}/events`) && answer.status() === 200);
  await login(viewer);
  await events;
  await page.locator("canvas[aria-label^='Heat map: 1 machines by']:not([aria-label*=' 0 cells'])").waitFor();
  same(new URL(page.url()).hash, place, "the view");
  await page.getByText("viewer", { exact: true }).waitFor();
  for (const name of ["Pause", "Cancel"]) same(await page.getByRole("button", { name }).count(), 0, name);
});
await check("the browser keeps a cookie that no script can read", async () => {
  same(
    (await cookies()).map((one) => [one.name, one.httpOnly, one.secure, one.sameSite, one.path]),
    [["__Host-seedfall", true, true, "Strict", "/"]],
    "cookies",
  );
  same(await page.evaluate(() => document.cookie), "", "what scripts see");
});
await check("what a viewer may not is refused to its cookie, too", async () => {
  const pause = (headers) =>
    page.evaluate(
      async ([path, more]) => (await (await fetch(path, { method: "POST", headers: more })).json()).code,
      [`/api/v1/deployments/${id}/pause`, headers],
    );
  same(await pause({ "seedfall-page": "1" }), "forbidden", "with the page's header");
  same(await pause({}), "foreign_page", "without");
});
await check("whoever logs out is out", async () => {
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("You have logged out.").waitFor();
  same(await cookies(), [], "cookies");
  same(await page.evaluate(async () => (await fetch("/api/v1/status")).status), 401, "the coordinator's answer");
});
await check("a deployer pauses", async () => {
  await login(deployer);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  same(await page.getByRole("button", { name: "Halt all transfers" }).count(), 0, "halts");
});
await check("whoever is revoked is back at the login, and the view stays", async () => {
  await page.getByText("Your login has ended. Log in again").waitFor();
  same(new URL(page.url()).hash, place, "the view");
  await page.getByLabel("File with credentials").setInputFiles(deployer);
  await page.getByRole("alert").filter({ hasText: "has expired or was revoked" }).waitFor();
  await login(viewer);
  await page.getByText("running, paused").waitFor();
});
await check("nobody else is asked, and the policy is kept", async () => {
  same(strangers, [], "requests");
  same(complaints, [], "complaints");
});
await context.close();
await browser.close();
verdict();
