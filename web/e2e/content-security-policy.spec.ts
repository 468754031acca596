import { disconnect, navLink } from "./actions";
import { expect, test } from "./fixtures";

const addresses = ["/", "/settings", "/activity"];

// The fixture fails a test whose page violates the policy, or sends a request to anything but the program.
test("a disconnect works under the policy, with requests to the program alone", async ({ page, program }) => {
  const origins = new Set<string>();
  page.on("request", (request) => origins.add(new URL(request.url()).origin));
  await page.goto("/");
  for (const name of ["Settings", "Activity", "Overview"]) {
    await navLink(page, name).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  }
  await disconnect(page);
  await page.getByRole("status").getByRole("link", { name: "Open the record" }).click();
  await expect(page.getByRole("region", { name: "Proof" })).toBeVisible();
  expect([...origins]).toEqual([program.url]);
});

test("no page has an inline script or style", async ({ page }) => {
  for (const address of addresses) {
    await page.goto(address);
    await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
    for (const script of await page.locator("script").all()) {
      await expect(script).toHaveAttribute("src", /^\/assets\//);
      await expect(script).toHaveAttribute("type", "module");
    }
    await expect(page.locator("style, [style]")).toHaveCount(0);
    const attributes = await page.locator("*").evaluateAll((all) => all.flatMap((one) => one.getAttributeNames()));
    expect(attributes.filter((name) => name.startsWith("on"))).toEqual([]);
  }
});

test.describe("the policy", () => {
  test.use({ expectedErrors: [/^Executing inline script violates/] });

  test("allows the program's own files and nothing else", async ({ page, request }) => {
    const policy = (await request.get("/")).headers()["content-security-policy"]?.split("; ");
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"]) {
      expect(policy).toContain(part);
    }
    await page.goto("/");
    const blocked = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "document.title = 'run'";
          document.head.append(script);
        }),
    );
    expect(blocked).toBe("script-src-elem");
    await expect(page).not.toHaveTitle("run");
  });
});
