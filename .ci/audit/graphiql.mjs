// Opens GraphiQL in a real browser: everything it needs comes from the program, examples run, and keys are not kept.
import { chromium } from "playwright-core";
import { withProgram } from "./program.mjs";

const browserFile = process.env.CHROMIUM ?? "/usr/bin/chromium";
const waiting = 15_000; // ms
const key = "hb_not_to_be_kept";
const offline = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1";

const failures = await withProgram(async (url) => {
  const browser = await chromium.launch({ executablePath: browserFile, args: ["--no-sandbox", offline] });
  try {
    return [...(await runsAnExample(browser, url)), ...(await keepsNoKey(browser, url))];
  } finally {
    await browser.close();
  }
});
for (const failure of failures) console.log(failure);
console.log(failures.length === 0 ? "GraphiQL works in a browser" : "GraphiQL does not work in a browser");
process.exitCode = failures.length > 0 ? 1 : 0;

async function runsAnExample(browser, url) {
  const failures = [];
  const page = await browser.newPage();
  page.on("console", (message) => message.type() === "error" && failures.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => failures.push(`page: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) failures.push(`asked ${request.url()}`);
  });
  await page.goto(`${url}/graphiql`);
  const example = page.locator(".graphiql-tab", { hasText: "AuditTrail" });
  await seen(example, "the examples do not come", failures);
  await execute(page);
  await seen(result(page, '"statusLabel": "Connected"'), "the example has no answer", failures);
  await page.close();
  return failures;
}

/** Lets through only requests with the key, as a program with sign-in does. It has to hold in every tab. */
async function keepsNoKey(browser, url) {
  const failures = [];
  const page = await browser.newPage();
  page.on("pageerror", (error) => failures.push(`page: ${error}`));
  await page.route("**/graphql", async (route) => {
    const { authorization, ...headers } = route.request().headers();
    if (authorization === `Bearer ${key}`) return route.continue({ headers });
    return route.fulfill({ status: 401, json: { errors: [{ message: "Sign in first." }] } });
  });
  await page.goto(`${url}/graphiql`);
  await execute(page);
  await seen(result(page, "Sign in first."), "a refusal is not shown", failures);

  const schema = page.waitForResponse((r) => r.ok() && r.request().postData()?.includes("__schema"), { timeout: waiting });
  await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror").click();
  await page.keyboard.insertText(JSON.stringify({ Authorization: `Bearer ${key}` }));
  await execute(page);
  await seen(result(page, '"statusLabel": "Connected"'), "the key is not sent", failures);
  await schema.catch(() => failures.push("the schema is not asked for again with the key"));

  await changeTab(page, "AuditTrail");
  await execute(page);
  await seen(result(page, '"auditTrail"'), "the key does not hold in another tab", failures);
  await changeTab(page, "Overview"); // GraphiQL's history keeps what was run before another operation
  await execute(page);
  await seen(result(page, '"overview"'), "the key does not hold in its tab", failures);

  await page.waitForTimeout(1000); // what is kept is written after half a second
  const kept = await page.evaluate(() => [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href].join());
  if (!kept.includes("AuditTrail")) failures.push("operations are not kept");
  if (kept.includes(key)) failures.push(`the key is kept: ${kept}`);
  await page.reload();
  await execute(page);
  await seen(result(page, "Sign in first."), "the key is still known after a reload", failures);
  await page.close();
  return failures;
}

async function changeTab(page, name) {
  await page.locator(".graphiql-tab-button", { hasText: name }).click();
  await page.waitForTimeout(500); // GraphiQL takes a moment to see that the operation is another
}

function execute(page) {
  return page.getByRole("button", { name: /execute/i }).click({ timeout: waiting });
}

function result(page, text) {
  return page.locator(".result-window", { hasText: text });
}

function seen(locator, otherwise, failures) {
  return locator.waitFor({ timeout: waiting }).catch(() => failures.push(otherwise));
}
