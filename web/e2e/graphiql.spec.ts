import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures";

const key = "hb_not_to_be_stored";

test("GraphiQL comes from the program alone, and its examples run", async ({ page }) => {
  await page.goto("/graphiql");
  await expect(page.getByRole("tab").filter({ hasText: "AuditTrail" })).toBeVisible();
  await execute(page, `"statusLabel": "Connected"`);
});

test.describe("with sign-in", () => {
  // 401 without the key; 400 where GraphiQL still names the operation of the tab before.
  test.use({ expectedErrors: [/the server responded with a status of (400|401)/] });

  test.beforeEach(async ({ page }) => {
    await requireKey(page);
    await page.goto("/graphiql");
    await execute(page, "Sign in first.");
  });

  test("a key is sent from every tab, and loads the schema", async ({ page }) => {
    const schema = page.waitForResponse((response) => response.ok() && isIntrospection(response.request().postData()));
    await typeKey(page);
    await execute(page, `"statusLabel": "Connected"`);
    await schema;
    await openTab(page, "AuditTrail");
    await execute(page, `"auditTrail"`);
    await openTab(page, "Overview");
    await execute(page, `"overview"`);
  });

  test("a key is not stored in the browser, though queries are", async ({ page }) => {
    await typeKey(page);
    await execute(page, `"statusLabel": "Connected"`);
    await openTab(page, "AuditTrail");
    await execute(page, `"auditTrail"`);
    await openTab(page, "Overview"); // GraphiQL's history keeps what was run before another operation
    await execute(page, `"overview"`);

    await editor(page, "Query Editor").click();
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.insertText("\n# written after the key");
    await expect.poll(() => browserStorage(page)).toContain("# written after the key");
    expect(await browserStorage(page)).not.toContain(key);
    await page.reload();
    await execute(page, "Sign in first.");
    expect(await browserStorage(page)).not.toContain(key);
  });
});

/** Rejects requests without the key, as a program with sign-in does. */
async function requireKey(page: Page): Promise<void> {
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

async function openTab(page: Page, operation: string): Promise<void> {
  await page.getByRole("tab").filter({ hasText: operation }).getByRole("button", { name: operation }).click();
}

/** Executes until the answer is that of the operation: after a change of tabs GraphiQL takes a moment to see that. */
async function execute(page: Page, answer: string): Promise<void> {
  await expect(async () => {
    await page.getByRole("button", { name: /^Execute query/ }).click();
    await expect(page.getByRole("region", { name: "Result Window" })).toContainText(answer, { timeout: 2000 });
  }).toPass({ timeout: 120_000 });
}

function isIntrospection(body: string | null): boolean {
  return body?.includes("__schema") ?? false;
}

/** Everything that the browser stores for the page. */
function browserStorage(page: Page): Promise<string> {
  return page.evaluate(() =>
    [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href].join(),
  );
}

test.describe("switched off", () => {
  test.use({ env: { GRAPHIQL: "false" } });

  test("nothing leads to it", async ({ page, request }) => {
    await page.goto("/api-keys");
    await expect(page.getByRole("main")).toContainText("a partner's program acts for your store");
    await expect(page.getByRole("link", { name: "open GraphiQL" })).toHaveCount(0);
    expect((await request.get("/graphiql")).status()).toBe(404);
  });
});
