import type { Locator, Page } from "@playwright/test";
import {
  chooseShop,
  closeMethods,
  confirmDisconnect,
  countDisconnects,
  disconnect,
  expectDisconnected,
  holdRequests,
  idempotencyKeys,
  interceptOperation,
  navLink,
  notice,
  shopCard,
  storeState,
} from "./actions";
import { expect, test } from "./fixtures";
import type { Program } from "./program";
import { deactivateLocation, openOrders } from "./sandbox";
import {
  changingGroups,
  connectedShop,
  disconnectDialog,
  disconnectOverApi,
  graphqlExact,
  groupsIn,
  heading,
  inZone,
  openDisconnectDialog,
  openTechnical,
  settingRow,
  settled,
  shop,
  unfold,
} from "./steps";

test("the steps of TikTok's help page, word for word", async ({ page, program }) => {
  await test.step("In the Shopify dashboard, click on the TikTok App.", async () => {
    await page.goto("/");
    await expect(page.getByRole("banner")).toContainText("TikTok");
  });
  await test.step("Select the 'Settings' tab within the TikTok App.", async () => {
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await expect(heading(page, "Settings")).toBeVisible();
  });
  const account = page.getByRole("region", { name: "Accounts" }).getByRole("listitem").filter({ hasText: shop });
  await test.step("In the 'Accounts' section, identify the TikTok Shop account you wish to disconnect from.", async () => {
    await expect(page.getByRole("heading", { name: "Accounts", exact: true })).toBeVisible();
    await expect(account).toContainText("USLCDEMO1");
  });
  const dialog = disconnectDialog(page);
  await test.step("Click 'Disconnect' next to the chosen account. A warning message will appear.", async () => {
    await account.getByText("Disconnect", { exact: true }).click();
    const warnings = dialog.getByRole("region", { name: "Before you disconnect" }).getByRole("listitem");
    await expect(warnings).toHaveText(await warningsOf(program));
  });
  await test.step("Confirm the action by clicking 'Disconnect'.", async () => {
    await confirmDisconnect(dialog);
  });
  await test.step("You will be redirected to the overview page. The status card will display 'Setup in Progress'.", async () => {
    await expect(page).toHaveURL(`${program.url}/`);
    await expect(heading(page, "Overview")).toBeVisible();
    await expect(shopCard(page).getByText("Setup in Progress", { exact: true })).toBeVisible();
  });
});

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

test("the notice on the overview leads to the record with its proof", async ({ page, program }) => {
  const digest = await recordedDigest(program);
  await disconnect(page);
  await notice(page).getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();
  const proof = page.getByRole("region", { name: "Proof" });
  await unfold(proof);
  await expect(proof.getByText(/^The digests are equal/)).toBeVisible();
  await expect(proof.getByRole("definition")).toHaveText([digest, digest]);
});

test("the notice says where order work is done now, and leads to connecting again", async ({ page }) => {
  await disconnect(page);
  await expect(notice(page)).toContainText(
    "TikTok Shop's orders are now worked on in TikTok Seller Center, and only there.",
  );
  await expect(notice(page).getByRole("link", { name: "TikTok Seller Center" })).toHaveAttribute(
    "href",
    "https://seller-us.tiktok.com",
  );
  await expect(notice(page)).not.toContainText("open there");
  await notice(page).getByRole("link", { name: "Connect again" }).click();
  await chooseShop(page.getByRole("dialog", { name: "Connect TikTok Shop" }), "USLCDEMO1");
  await expect(notice(page)).toContainText(`${shop} is connected.`);
  await expect(notice(page).getByRole("link")).toHaveCount(0);
});

test("the notice no longer offers to connect when a colleague has connected a shop", async ({ page, program }) => {
  await disconnect(page);
  await expect(notice(page).getByRole("link", { name: "Connect again" })).toBeVisible();
  await program.graphql(
    `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO2") { userErrors { message } } }`,
  );
  await settled(program);
  await navLink(page, "Settings").click();
  await navLink(page, "Overview").click();
  await expect(shopCard(page)).toContainText("TikTok Shop USLCDEMO2");
  await expect(page.getByRole("link", { name: "Connect again" })).toHaveCount(0);
});

test("the notice stays across pages until it is dismissed", async ({ page }) => {
  await disconnect(page);
  await navLink(page, "Activity").click();
  await expect(heading(page, "Activity")).toBeVisible();
  await expect(notice(page)).toContainText(`${shop} is disconnected.`);
  await notice(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(notice(page)).toHaveCount(0);
  await page.goBack();
  await expect(shopCard(page)).toContainText("Setup in Progress");
  await expect(notice(page)).toHaveCount(0);
});

test("the previous notice is removed when the next mutation starts", async ({ page }) => {
  await disconnect(page);
  await shopCard(page).getByRole("link", { name: "Connect" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect TikTok Shop" });
  await chooseShop(dialog, "USLCDEMO3");
  await expect(dialog.getByRole("alert")).toBeVisible();
  await expect(notice(page)).toHaveCount(0);
  await chooseShop(dialog, "USLCDEMO2");
  await expect(notice(page)).toContainText("TikTok Shop USLCDEMO2 is connected.");
  await page.reload();
  await expect(shopCard(page)).toContainText("USLCDEMO2");
  await expect(notice(page)).toHaveCount(0);
});

test("the settings are restored, and TikTok for Business is unchanged", async ({ page, program }) => {
  const before = await recordedSettings(program);
  const ads = await adsSettings(program);
  await disconnect(page);
  expect(await settingsOutsideAds(program)).toEqual(before);
  expect(await adsSettings(program)).toEqual(ads);
  const business = page.getByRole("region", { name: "TikTok for Business" });
  await expect(business.getByText("Connected", { exact: true })).toBeVisible();
});

test("the cache of pages visited before is updated without a reload", async ({ page, program }) => {
  await page.goto("/activity");
  await expect(page.getByRole("main").getByRole("listitem").first()).toContainText(
    "Locations that fulfill online orders changed",
  );
  await page.evaluate(() => document.documentElement.setAttribute("data-loaded", "once"));
  await disconnectWithoutReload(page);

  await navLink(page, "Settings").click();
  await expectDisconnectedSettings(page, program);
  await navLink(page, "Activity").click();
  const newest = page.getByRole("main").getByRole("list").first().getByRole("listitem").first();
  await expect(newest).toContainText(`Disconnected ${shop}`);
  await expect(newest).toContainText("38 settings changed");
  await newest.getByRole("link", { name: "Open the record" }).click();
  await expect(heading(page, "Disconnection")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-loaded", "once");
});

test("no outdated cache entry is shown while a page loads", async ({ page }) => {
  await page.goto("/activity");
  await expect(page.getByRole("main")).toContainText(`Connected ${shop}`);
  await disconnectWithoutReload(page);
  for (const operation of ["Settings", "Activity"]) await interceptOperation(page, operation, () => {}); // no answer ever
  await navLink(page, "Settings").click();
  await expect(heading(page, "Settings")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("inventory.percent");
  await navLink(page, "Activity").click();
  await expect(heading(page, "Activity")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Loading…" })).toBeVisible();
  await expect(page.getByText(`Connected ${shop}`)).toHaveCount(0);
});

async function disconnectWithoutReload(page: Page): Promise<void> {
  await navLink(page, "Settings").click();
  await page.getByRole("link", { name: `Disconnect ${shop}` }).click();
  await confirmDisconnect(disconnectDialog(page));
  await expectDisconnected(page);
}

/** The settings page of a store that has nothing connected. */
async function expectDisconnectedSettings(page: Page, program: Program): Promise<void> {
  const accounts = page.getByRole("region", { name: "Accounts" });
  const account = accounts.getByRole("listitem").filter({ hasText: shop });
  await expect(account.getByText("Disconnected", { exact: true })).toBeVisible();
  await expect(accounts.getByText("Disconnect", { exact: true })).toHaveCount(0);
  await expect(accounts.getByRole("link", { name: "Connect" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("The settings of TikTok Shop come with an account");
  const keys = (await settingsOutsideAds(program)).map(({ key }) => key);
  await openTechnical(page);
  for (const key of keys) await expect(settingRow(page, key)).toHaveCount(1);
  await expect(settingRow(page, "order.tags").getByRole("listitem")).toHaveText(["web", "priority"]);
}

test("going back does not open the dialog again", async ({ page, program }) => {
  await page.goto("/");
  await disconnectWithoutReload(page);
  await page.goBack();
  await expect(page).toHaveURL(`${program.url}/settings`);
  await expect(page.getByRole("link", { name: "Connect", exact: true })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(`${program.url}/`);
  await expect(shopCard(page)).toContainText("Setup in Progress");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("nothing changes without the confirmation", async ({ page, program }) => {
  const { disconnectTikTokShop } = await program.graphql(
    "mutation { disconnectTikTokShop(confirm: false) { userErrors { message } } }",
  );
  const before = await storeState(program);
  const dialog = await openDisconnectDialog(page);
  const box = dialog.getByRole("checkbox");
  await expect(box).not.toBeChecked();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).click();
  await expect(box).toHaveAccessibleDescription(disconnectTikTokShop.userErrors[0].message);
  await expect(box).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByText(disconnectTikTokShop.userErrors[0].message)).toBeVisible();
  expect(await storeState(program)).toEqual(before);
  await confirmDisconnect(dialog);
  await expectDisconnected(page);
});

for (const { name, close } of closeMethods) {
  test(`${name} closes the dialog and changes nothing`, async ({ page, program }) => {
    const before = await storeState(program);
    const dialog = await openDisconnectDialog(page);
    await dialog.getByRole("checkbox").check();
    await close(dialog);
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page).toHaveURL(`${program.url}/settings`);
    await expect(page.getByRole("link", { name: `Disconnect ${shop}` })).toBeVisible();
    expect(await storeState(program)).toEqual(before);
  });
}

test("a double click on Disconnect beside the account opens one dialog", async ({ page, program }) => {
  const before = await storeState(program);
  await page.goto("/settings");
  const link = page.getByRole("link", { name: `Disconnect ${shop}` });
  await link.evaluate((one: HTMLElement) => {
    one.click();
    one.click(); // before the dialog covers it
  });
  const dialog = disconnectDialog(page);
  await expect(dialog.getByRole("checkbox")).toBeVisible();
  await expect(dialog.getByRole("checkbox")).not.toBeChecked();
  expect(await storeState(program)).toEqual(before);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(`${program.url}/settings`);
});

test("a double click on the button disconnects once", async ({ page, program }) => {
  const keys = idempotencyKeys(page, "DisconnectTikTokShop");
  const dialog = await openDisconnectDialog(page);
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Disconnect", exact: true }).dblclick();
  await expectDisconnected(page);
  expect(keys).toHaveLength(1);
  expect(await countDisconnects(program)).toBe(1);
});

test("a hurried double click confirms nothing", async ({ page, program }) => {
  const before = await storeState(program);
  await page.goto("/settings");
  await page.getByRole("link", { name: `Disconnect ${shop}` }).dblclick();
  const dialog = disconnectDialog(page);
  const [box, button] = [dialog.getByRole("checkbox"), dialog.getByRole("button", { name: "Disconnect", exact: true })];
  await box.dispatchEvent("click", { detail: 2 }); // the second of two, which lands in the dialog
  await expect(box).not.toBeChecked();
  await button.dblclick();
  await expect(box).toHaveAttribute("aria-invalid", "true");
  await expect(box).not.toBeChecked();
  await box.check();
  await button.dispatchEvent("click", { detail: 2 });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0); // which an accepted one would not be
  expect(await storeState(program)).toEqual(before);
});

test("the focus begins where Enter does nothing", async ({ page, program }) => {
  const before = await storeState(program);
  const dialog = await openDisconnectDialog(page);
  await expect(dialog.getByRole("heading", { level: 2 })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  await dialog.getByRole("checkbox").press("Enter");
  await expect(dialog.getByRole("checkbox")).toHaveAttribute("aria-invalid", "true");
  expect(await storeState(program)).toEqual(before);
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
        /12 products leave TikTok Shop.$/,
        /^1 value cannot be put back: Harbor shop.$/,
        /^This takes /,
      ],
      "What you changed and will lose": [
        "Order tags: now gift, then removed",
        /^Price adjustment: now .*, then removed$/,
      ],
      "Waiting in Seller Center": [/30 to ship · 1 cancellation · 1 refund/, /Nearest deadline: \w+ \d+/],
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
        /Salen de TikTok Shop 12 productos.$/,
        /^No se puede restaurar 1 valor: Harbor shop.$/,
        /^Tarda /,
      ],
      "Lo que cambiaste y perderás": [
        "Etiquetas de pedidos: ahora gift, después eliminado",
        /^Ajuste de precios: ahora .*, después eliminado$/,
      ],
      "Lo que espera en Seller Center": [/30 por enviar · 1 cancelación · 1 reembolso/, /Plazo más próximo: \d+/],
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

test("while it is in flight, it cannot be started again, nor the dialog closed", async ({ page, program }) => {
  const keys = idempotencyKeys(page, "DisconnectTikTokShop");
  const release = await holdRequests(page, "DisconnectTikTokShop");
  const dialog = await openDisconnectDialog(page);
  await confirmDisconnect(dialog);
  const busy = dialog.getByRole("button", { name: "Disconnecting…" });
  await expect(busy).toHaveAttribute("aria-disabled", "true");
  await busy.dispatchEvent("click");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Cancel" }).dispatchEvent("click");
  await dialog.getByRole("button", { name: "Close" }).dispatchEvent("click");
  await expect(busy).toBeVisible();
  release();
  await expectDisconnected(page);
  expect(keys).toHaveLength(1);
  expect(await countDisconnects(program)).toBe(1);
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

test.describe("a seller in New York", () => {
  const timeZone = "America/New_York";
  test.use({ timezoneId: timeZone });

  test("reads the times in warnings in the zone of New York, which they name", async ({ page, program }) => {
    const dialog = await openDisconnectDialog(page);
    const warnings = dialog.getByRole("region", { name: "Before you disconnect" });
    await expect(warnings.getByRole("listitem")).toHaveText(await warningsOf(program, timeZone));
    await expect(warnings).toContainText(/[AP]M E[SD]T/);
    await expect(warnings).not.toContainText("UTC");
  });
});

async function warningsOf(program: Program, timeZone = "UTC"): Promise<string[]> {
  const { accounts } = await program.graphql("{ accounts { disconnectPreview { warnings { message } } } }");
  return accounts[0].disconnectPreview.warnings.map(({ message }: { message: string }) => inZone(message, timeZone));
}

async function recordedDigest(program: Program): Promise<string> {
  const { accounts } = await program.graphql("{ accounts { snapshot { digest } } }");
  return accounts[0].snapshot.digest;
}

interface Setting {
  key: string;
  scope: string;
  value: unknown;
}

async function recordedSettings(program: Program): Promise<Setting[]> {
  const { accounts } = await graphqlExact(program, "{ accounts { snapshot { settings { key scope value } } } }");
  return accounts[0].snapshot.settings;
}

async function settingsOutsideAds(program: Program): Promise<Setting[]> {
  const { settings } = await graphqlExact(program, "{ settings { key scope value } }");
  return settings.filter(({ scope }: Setting) => scope !== "ADS");
}

async function adsSettings(program: Program): Promise<unknown> {
  const { settings } = await graphqlExact(program, "{ settings(scope: ADS) { key value updatedAt } }");
  expect(settings).not.toEqual([]);
  return settings;
}
