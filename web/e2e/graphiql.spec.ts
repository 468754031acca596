import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixture";

const key = "hb_not_to_be_kept";

test("GraphiQL comes from the program alone, and its examples run", async ({ page }) => {
  await page.goto("/graphiql");
  await expect(page.getByRole("tab").filter({ hasText: "AuditTrail" })).toBeVisible();
  await execute(page, `"statusLabel": "Connected"`);
});

test.describe("with sign-in", () => {
  // 401 without the key; 400 where GraphiQL still names the operation of the tab before.
  test.use({ expected: [/the server responded with a status of (400|401)/] });

  test.beforeEach(async ({ page }) => {
    await letInWithKey(page);
    await page.goto("/graphiql");
    await execute(page, "Sign in first.");
  });

  test("a key holds in every tab, and brings the schema", async ({ page }) => {
    const schema = page.waitForResponse((answer) => answer.ok() && asksForSchema(answer.request().postData()));
    await typeKey(page);
    await execute(page, `"statusLabel": "Connected"`);
    await schema;
    await toTab(page, "AuditTrail");
    await execute(page, `"auditTrail"`);
    await toTab(page, "Overview");
    await execute(page, `"overview"`);
  });

  test("a key is not kept, though what is typed is", async ({ page }) => {
    await typeKey(page);
    await execute(page, `"statusLabel": "Connected"`);
    await toTab(page, "AuditTrail");
    await execute(page, `"auditTrail"`);
    await toTab(page, "Overview"); // GraphiQL's history keeps what was run before another operation
    await execute(page, `"overview"`);

    await editor(page, "Query Editor").click();
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.insertText("\n# written after the key");
    await expect.poll(() => kept(page)).toContain("# written after the key");
    expect(await kept(page)).not.toContain(key);
    await page.reload();
    await execute(page, "Sign in first.");
    expect(await kept(page)).not.toContain(key);
  });
});

/** Lets through only requests with the key, as a program with sign-in does. */
async function letInWithKey(page: Page): Promise<void> {
  await page.route("**/graphql", async (route) => {
    const { authorization, ...headers } = route.request().headers();
    if (authorization === `Bearer ${key}`) return route.continue({ headers });
    return route.fulfill({ status: 401, json: { errors: [{ message: "Sign in first." }] } });
  });
}

async function typeKey(page: Page): Promise<void> {
  await editor(page, "Headers").click();
  await page.keyboard.insertText(JSON.stringify({ Authorization: `Bearer ${key}` }));
}

function editor(page: Page, name: string): Locator {
  return page.getByRole("region", { name });
}

async function toTab(page: Page, operation: string): Promise<void> {
  await page.getByRole("tab").filter({ hasText: operation }).getByRole("button", { name: operation }).click();
}

/** Executes until the answer is that of the operation: after a change of tabs GraphiQL takes a moment to see that. */
async function execute(page: Page, answer: string): Promise<void> {
  await expect(async () => {
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await expect(page.getByRole("region", { name: "Result Window" })).toContainText(answer, { timeout: 2000 });
  }).toPass({ timeout: 120_000 });
}

function asksForSchema(body: string | null): boolean {
  return body?.includes("__schema") ?? false;
}

/** All that the browser keeps of the page. */
function kept(page: Page): Promise<string> {
  return page.evaluate(() =>
    [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href].join(),
  );
}
