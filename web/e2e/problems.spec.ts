import { violations } from "./accessibility";
import { expect, test } from "./fixtures";
import { englishOn } from "./languages";
import type { Program } from "./program";
import { addFault } from "./sandbox";

const refusal = "The sandbox was told to refuse this.";

test("what Shopify does not let the app change is called by its title, with what to do", async ({ page, program }) => {
  await page.goto(`/activity/disconnections/${await blockByRefusal(program)}`);
  const current = page.getByRole("region", { name: "Progress" }).locator("[aria-current=step]");
  await expect(current).toContainText(
    `Shopify does not let the app change “Locations that fulfill online orders”. It says: “${refusal}” ` +
      "Put that right in Shopify's admin, then try again; or accept the store as it is.",
  );
  await expect(current.getByRole("group")).toHaveCount(0); // the sentence quotes Shopify
  await expect(page.getByRole("main")).not.toContainText("location.fulfillsOnlineOrders");
});

test("for programs the parts of it are apart from the sentence", async ({ program }) => {
  const id = await blockByRefusal(program);
  const { disconnection } = await program.graphql(
    `query ($id: ID!) { disconnection(id: $id) { progress { problem {
       code key scopes platformMessage definition { title } } } } }`,
    { id },
  );
  expect(disconnection.progress.problem).toEqual({
    code: "VERIFICATION_FAILED",
    key: "location.fulfillsOnlineOrders",
    scopes: [],
    platformMessage: refusal,
    definition: { title: "Locations that fulfill online orders" },
  });
});

test.describe("in Spanish", () => {
  test.use({ locale: "es-ES" });

  test("it is said in Spanish, and Shopify's English is a detail", async ({ page, program }) => {
    await page.goto(`/activity/disconnections/${await blockByRefusal(program)}`);
    const current = page.locator("[aria-current=step]");
    await expect(current).toContainText("Shopify no deja que la app cambie «Sucursales que preparan pedidos online».");
    await expect(current.getByText(refusal)).toBeHidden();
    await current.getByText("Lo que dice Shopify, en inglés").click();
    await expect(current.getByText(refusal)).toBeVisible();
    expect(await englishOn(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  });
});

/** Begins a disconnect that Shopify does not let the app carry out; returns the record's id when it is blocked. */
async function blockByRefusal(program: Program): Promise<string> {
  await addFault(program, "USER_ERROR", 1000, "LocationEdit");
  const { disconnectTikTokShop } = await program.graphql(
    `mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "once") { disconnection { id } } }`,
  );
  const { id } = disconnectTikTokShop.disconnection;
  const status = async () => {
    const { disconnection } = await program.graphql("query ($id: ID!) { disconnection(id: $id) { status } }", { id });
    return disconnection.status;
  };
  await expect.poll(status, { timeout: 20_000 }).toBe("BLOCKED");
  return id;
}
