import type { Locator } from "@playwright/test";
import { interceptOperation } from "./actions";
import { expect, test } from "./fixtures";
import { deactivateLocation, openOrders } from "./sandbox";
import {
  changingGroups,
  connectedShop,
  disconnectDialog,
  disconnectOverApi,
  groupsIn,
  openDisconnectDialog,
  settled,
} from "./steps";

test("the dialog groups what changes as the settings page does, of each group the store's own first", async ({
  page,
}) => {
  const changes = (await openDisconnectDialog(page)).getByRole("region", { name: "What will change" });
  await expect(changes.getByRole("heading")).toHaveText("Every change, now and after: 38 settings");
  await expect(changes.locator("summary").first()).toHaveText(
    /^Products · \d of your store · \d+ that TikTok Shop added$/,
  );
  const groups = await groupsIn(changes);
  await changes.locator("summary").first().click();
  const marks = await changes.locator("details").first().locator("li > div > p > strong + span").allTextContents();
  expect(marks).toEqual([...marks].sort((one, other) => Number(one === "Removed") - Number(other === "Removed")));
  expect(new Set(marks)).toEqual(new Set(["Restored", "Removed"]));
  expect(groups).toEqual(await changingGroups(page));
});

test.describe("on a small phone", () => {
  test.use({ viewport: { width: 320, height: 568 }, contextOptions: { reducedMotion: "reduce" } });

  test("the first screen answers the four questions at 320 x 568", async ({ page, program }) => {
    await openOrders(program, 30);
    await deactivateLocation(program, "gid://shopify/Location/1003");
    const dialog = await openDisconnectDialog(page);
    await expectAnswers(dialog, {
      "What goes back": [
        /^7 settings of your store: 2 in Products · 2 in Stock · 1 in Orders and returns/,
        /31 settings that TikTok Shop added are removed/,
        /12 products leave TikTok Shop and stay in Shopify.$/,
        /^1 value in these settings cannot be put back: Harbor shop.$/,
        /^This takes /,
      ],
      "What you changed and will lose": [
        "Order tags: now with gift, then without",
        /^Price adjustment: now .*, then removed$/,
      ],
      "Waiting in Seller Center": [
        /30 to ship · 1 cancellation · 1 refund/,
        /^Finish what is due soon first. Nearest deadline: \w+ \d+/,
      ],
      "What stays": [/TikTok for Business/],
    });
    await expect(dialog.getByRole("link", { name: "Seller Center", exact: true })).toHaveAttribute(
      "href",
      "https://seller-us.tiktok.com",
    );
    for (const role of ["Cancel", "Disconnect"])
      await expect(dialog.getByRole("button", { name: role, exact: true })).toBeInViewport({ ratio: 1 });
    await expect(dialog.getByRole("checkbox")).toBeInViewport({ ratio: 1 });
  });

  test("the first screen answers the four questions in Spanish", async ({ page, program }) => {
    await openOrders(program, 30);
    await deactivateLocation(program, "gid://shopify/Location/1003");
    await page.goto(`/settings/accounts/${(await connectedShop(program)).id}/disconnect?locale=es`);
    const dialog = page.getByRole("dialog");
    await expectAnswers(dialog, {
      "Lo que vuelve a su valor anterior": [
        /^7 ajustes de tu tienda: 2 en Productos/,
        /31 ajustes que TikTok Shop añadió/,
        /Salen de TikTok Shop 12 productos, que siguen en Shopify.$/,
        /^No se puede restaurar 1 valor de estos ajustes: Harbor shop.$/,
        /^Tarda /,
      ],
      "Lo que cambiaste y perderás": [
        "Etiquetas de pedidos: ahora con gift, después sin ello",
        /^Ajuste de precios: ahora .*, después eliminado$/,
      ],
      "Lo que espera en Seller Center": [
        /30 por enviar · 1 cancelación · 1 reembolso/,
        /^Termina antes lo que vence pronto. Plazo más próximo: \d+/,
      ],
      "Lo que se queda igual": [/TikTok for Business/],
    });
    await expect(dialog.getByRole("checkbox")).toBeInViewport({ ratio: 1 });
  });

  test("where nothing was edited and nothing is open, it says so in a few words", async ({ page, program }) => {
    await disconnectOverApi(program);
    await program.graphql(
      `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { userErrors { message } } }`,
    );
    await settled(program);
    const dialog = await openDisconnectDialog(page);
    await expect(dialog.getByText("Nothing: no setting was edited since connecting.")).toBeInViewport({ ratio: 1 });
    await expect(dialog.getByText("Nothing is open now.")).toBeInViewport({ ratio: 1 });
    await expect(dialog.getByText("All of this can be restored.")).toBeInViewport({ ratio: 1 });
    await expect(dialog.getByText(/cannot be put back/)).toHaveCount(0);
  });

  test("more edits than a screen holds are counted, and can be opened", async ({ page, program }) => {
    const { settings } = await program.graphql("{ settings { key value definition { editable type } } }");
    const texts = settings.filter(
      ({ definition, value }: { definition: { editable: boolean; type: string }; value: unknown }) =>
        definition?.editable && definition.type === "BOOLEAN" && value === true,
    );
    const input = texts.map(({ key }: { key: string }) => ({ key, value: false }));
    await program.graphql(
      "mutation ($settings: [SettingInput!]!) { updateSettings(settings: $settings) { userErrors { message } } }",
      { settings: input },
    );
    const { accounts } = await program.graphql("{ accounts { disconnectPreview { warnings { code count } } } }");
    const edited = accounts[0].disconnectPreview.warnings.find(
      ({ code }: { code: string }) => code === "EDITED_SINCE_CONNECTING",
    ).count;
    expect(edited).toBeGreaterThan(3);
    const dialog = await openDisconnectDialog(page);
    const answer = dialog.getByRole("region", { name: "What you changed and will lose" });
    await expect(answer.getByRole("listitem")).toHaveCount(3);
    await expect(dialog.getByRole("region", { name: "What stays" })).toBeInViewport({ ratio: 1 });
    await answer.getByText(new RegExp(`^${edited - 3} more: \\w`)).click();
    await expect(answer.getByRole("listitem")).toHaveCount(edited);
  });
});

test("where TikTok did not say what is open, the dialog does not say that nothing is", async ({ page, program }) => {
  const { id } = await connectedShop(program);
  await interceptOperation(page, "Disconnectable", async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    json.data.accounts[0].disconnectPreview.warnings.push({
      __typename: "DisconnectWarning",
      code: "OPEN_ORDERS",
      message: "Which orders are open at TikTok is not known: TikTok did not say in time.",
      count: 0,
    });
    await route.fulfill({ response, json });
  });
  await page.goto(`/settings/accounts/${id}/disconnect`);
  const dialog = disconnectDialog(page);
  await expect(dialog.getByText("TikTok did not say what is open: look there.")).toBeVisible();
  await expect(dialog.getByText("Nothing is open now.")).toHaveCount(0);
  await expect(dialog.getByText("Which orders are open at TikTok is not known")).toBeVisible();
});

/** Each question has its answers in the first screen, above the buttons, in letters that can be read. */
async function expectAnswers(dialog: Locator, answers: Record<string, (string | RegExp)[]>): Promise<void> {
  for (const [question, texts] of Object.entries(answers)) {
    const answer = dialog.getByRole("region", { name: question });
    for (const text of texts) {
      const line = answer.getByText(text).first();
      await expect(line).toBeInViewport({ ratio: 1 });
      expect(await line.evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize))).toBeGreaterThanOrEqual(
        12.5,
      );
    }
    await expect(answer).toBeInViewport({ ratio: 1 }); // with no line of it below what can be scrolled
  }
}
