// Opens GraphiQL in a real browser and runs an example: everything it needs comes from the program.
import { chromium } from "playwright-core";
import { withProgram } from "./program.mjs";

const browserFile = process.env.CHROMIUM ?? "/usr/bin/chromium";
const waiting = 15_000; // ms

const failures = await withProgram(async (url) => {
  const failures = [];
  const browser = await chromium.launch({ executablePath: browserFile, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    page.on("console", (message) => message.type() === "error" && failures.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => failures.push(`page: ${error}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith("data:")) failures.push(`asked ${request.url()}`);
    });
    await page.goto(`${url}/graphiql`);
    const example = page.locator(".graphiql-tab", { hasText: "AuditTrail" });
    await example.waitFor({ timeout: waiting }).catch(() => failures.push("the examples do not come"));
    await page.getByRole("button", { name: /execute/i }).click();
    const answer = page.locator(".result-window", { hasText: '"statusLabel": "Connected"' });
    await answer.waitFor({ timeout: waiting }).catch(() => failures.push("the example has no answer"));
  } finally {
    await browser.close();
  }
  return failures;
});
for (const failure of failures) console.log(failure);
console.log(failures.length === 0 ? "GraphiQL works in a browser" : "GraphiQL does not work in a browser");
process.exitCode = failures.length > 0 ? 1 : 0;
