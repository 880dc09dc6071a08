// What holds for every view, with whatever coordinator.
import axe from "axe-core";

const VIEWS = ["fleet", "deployments", "flow", "artifacts", "history"];
export const PATIENCE_MILLIS = 120_000;

const broken = [];

/** Notes what went wrong, and goes on: one run shows all. */
export async function check(name, body) {
  try {
    await body();
    console.log(`ok      ${name}`);
  } catch (e) {
    broken.push(name);
    console.log(`BROKEN  ${name}: ${e.message}`);
  }
}

export function verdict() {
  if (broken.length > 0) {
    console.log(`broken: ${broken.join(", ")}`);
    process.exit(1);
  }
}

export function same(found, expected, what) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(found)} (expected: ${JSON.stringify(expected)})`);
  }
}

/** A page that remembers whom it asked and what it complained of. */
export async function open(browser, url, options) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, bypassCSP: false, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MILLIS);
  const strangers = [];
  const complaints = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) strangers.push(request.url());
  });
  page.on("console", (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, context, strangers, complaints };
}

export async function visit(page, url, hash) {
  await page.goto(url + hash);
  await page.locator("main h1").first().waitFor();
}

/** No rule of axe is broken, as the page stands. */
export async function accessible(page) {
  await page.evaluate(axe.source); // by the driver, which no policy of the page holds back
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  same(
    result.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`),
    [],
    "axe",
  );
}

/** All views of a deployment in one look. */
export async function everyView(browser, url, id, look, options) {
  const { page, context, strangers, complaints } = await open(browser, url, options);
  for (const hash of [...VIEWS.map((view) => `#/${view}`), `#/deployments/${id}`, `#/flow/${id}`]) {
    await check(`${look} ${hash}`, async () => {
      await visit(page, url, hash);
      await page.locator("header .dot:not(.off)").waitFor();
      await page.waitForFunction(() => !/asking …/i.test(document.querySelector("main").textContent));
      await accessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      same(Math.max(0, wide), 0, "pixels that stand out at the right");
      same(await page.locator("main img, main script, main iframe").count(), 0, "markup from names");
    });
  }
  await check(`${look}: nobody else is asked, and the policy is kept`, async () => {
    same(strangers, [], "requests");
    same(complaints, [], "complaints");
  });
  await context.close();
}

export async function everyLook(browser, url, id) {
  await everyView(browser, url, id, "dark", { colorScheme: "dark" });
  await everyView(browser, url, id, "light", { colorScheme: "light" });
  await everyView(browser, url, id, "phone", { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
}

/** Logs in as whoever has that token; the view behind the # stays. */
export async function login(page, token) {
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.getByLabel("Your token").fill(token);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Log out" }).waitFor();
}

/** The view in which nobody is known. */
export async function loginLook(browser, url, look, options) {
  const { page, context, strangers, complaints } = await open(browser, url, options);
  await check(`${look} login`, async () => {
    await visit(page, url, "#/fleet");
    await page.getByLabel("Your token").fill("nonsense");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "That is no token" }).waitFor();
    await accessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    same(Math.max(0, wide), 0, "pixels that stand out at the right");
    same(strangers, [], "requests");
    same(complaints, [], "complaints");
  });
  await context.close();
}

/** Without a mouse. */
export async function keyboard(browser, url) {
  const { page, context } = await open(browser, url);
  await check("keyboard", async () => {
    await visit(page, url, "#/fleet");
    for (const [at, view] of VIEWS.entries()) {
      await page.keyboard.press(String(at + 1));
      await page.waitForFunction((name) => location.hash === `#/${name}`, view);
    }
    await page.keyboard.press("1");
    await page.locator("input[type=search]").waitFor();
    await page.keyboard.press("/");
    same(await page.evaluate(() => document.activeElement.type), "search", "the focus after /");
    await page.keyboard.type("1");
    same(await page.evaluate(() => location.hash), "#/fleet", "what is typed into a filter");
    await page.reload();
    await page.locator("main h1").waitFor();
    await page.keyboard.press("Tab");
    same(await page.evaluate(() => document.activeElement.textContent), "Skip to the content", "the first stop");
    await page.keyboard.press("Enter");
    same(await page.evaluate(() => document.activeElement.id), "main", "where it leads");
    same(await page.evaluate(() => location.hash), "#/fleet", "the view after skipping");
    await page.keyboard.press("t");
    same(await page.evaluate(() => document.documentElement.dataset.scheme), "dark", "the look after t");
    await page.keyboard.press("?");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" }).catch(() => {});
  });
  await context.close();
}

/** How many different colours a canvas shows. */
export function colours(page, selector) {
  return page.locator(selector).evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
}
