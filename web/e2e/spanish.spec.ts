import type { Page } from "@playwright/test";
import { violations } from "./accessibility";
import { changeResponse, haveStored, showDeliveries } from "./actions";
import { expect, test } from "./fixtures";
import { englishOn } from "./languages";
import { expectNoOverflow, phone } from "./layout";
import type { Program } from "./program";
import { blockDisconnect, deactivateLocation, endAuthorization, openOrders } from "./sandbox";
import { connectedShop, disconnectOverApi, heading, makeEndpoint, makeKey, unfold, writeSetting } from "./steps";

test.use({ locale: "es-ES", viewport: phone, contextOptions: { reducedMotion: "reduce" } });

interface SpanishView {
  name: string;
  /** Opens it, and says which text it has then. */
  open(page: Page, program: Program): Promise<string | RegExp>;
}

const views: SpanishView[] = [
  {
    name: "overview",
    async open(page) {
      await page.goto("/");
      return "Los pedidos de TikTok Shop se gestionan en Shopify";
    },
  },
  {
    name: "settings with everything unfolded",
    async open(page) {
      await page.goto("/settings");
      await page.getByRole("button", { name: "Editar Etiquetas de pedidos" }).click();
      await page.getByRole("button", { name: "Editar Porcentaje de existencias" }).click();
      for (const title of ["Ajuste de precios", "Precios tachados", "Vínculos de transportistas"]) {
        await page.getByRole("button", { name: `Editar ${title}` }).click();
      }
      await unfold(page.getByRole("main"));
      return "Vuelve a su valor anterior";
    },
  },
  {
    name: "dialog to disconnect",
    async open(page, program) {
      await openOrders(program, 3);
      await deactivateLocation(program, "gid://shopify/Location/1003");
      await writeSetting(program, "inventory.percent", "80");
      await page.goto(`/settings/accounts/${(await connectedShop(program)).id}/disconnect`);
      await expect(page.getByRole("dialog").getByRole("checkbox")).toBeVisible();
      await unfold(page.getByRole("dialog"));
      return "He leído esto y quiero desconectar.";
    },
  },
  {
    name: "record",
    async open(page, program) {
      await openOrders(program, 3);
      await page.goto(`/activity/disconnections/${await disconnectOverApi(program)}`);
      await expect(page.getByRole("button", { name: /^Marcar como asumido/ }).first()).toBeVisible();
      await unfold(page.getByRole("main"));
      return "Tu tienda está como estaba.";
    },
  },
  {
    name: "record of a disconnect that is blocked",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await blockDisconnect(program)}`);
      return "No puede continuar sin tu ayuda.";
    },
  },
  {
    name: "activity",
    async open(page, program) {
      await writeSetting(program, "inventory.percent", "80");
      await page.goto("/activity");
      await expect(page.getByText("Porcentaje de existencias").first()).toBeVisible();
      await unfold(page.getByRole("main"));
      return "Historial";
    },
  },
  {
    name: "dialog to connect",
    async open(page, program) {
      await disconnectOverApi(program);
      await page.goto("/settings/connect");
      return "Puedes desconectar cuando quieras";
    },
  },
  {
    name: "API keys",
    async open(page, program) {
      const { id } = await makeKey(program, "Rithum", "2999-01-01T00:00:00Z");
      await program.graphql("mutation ($id: ID!) { rotateApiKey(id: $id) { userErrors { code } } }", { id });
      await page.goto("/api-keys");
      return "En sustitución";
    },
  },
  {
    name: "dialog for a new API key, refused",
    async open(page) {
      await page.goto("/api-keys/new");
      await page.getByRole("button", { name: "Crear", exact: true }).click();
      return "La clave necesita un nombre";
    },
  },
  {
    name: "webhooks",
    async open(page, program) {
      await makeEndpoint(program, "https://example.com/webhooks", ["SETTINGS_UPDATED"]);
      await page.goto("/webhook-endpoints");
      return "Ajustes cambiados";
    },
  },
  {
    name: "webhook endpoint",
    async open(page, program) {
      await showDeliveries(page);
      await page.goto(`/webhook-endpoints/${await makeEndpoint(program, "https://example.com/webhooks")}`);
      return "sin respuesta";
    },
  },
  {
    name: "overview of who comes back from TikTok, refused",
    async open(page) {
      await page.goto("/?consent=OWNER_REQUIRED");
      return "Solo el propietario principal";
    },
  },
  {
    name: "overview with what a disconnect has left",
    async open(page, program) {
      await openOrders(program, 1);
      await deactivateLocation(program, "gid://shopify/Location/1003");
      await disconnectOverApi(program);
      await page.goto("/");
      return "Pendiente tras desconectar";
    },
  },
  {
    name: "settings with an account that needs attention",
    async open(page, program) {
      await endAuthorization(program);
      await page.goto("/settings");
      return "TikTok ya no da acceso";
    },
  },
  {
    name: "settings with an editor that a colleague was faster than, and little room left",
    async open(page, program) {
      await haveStored(page, 230);
      await page.goto("/settings");
      await page.getByRole("button", { name: "Editar Porcentaje de existencias" }).click();
      await page.getByRole("textbox", { name: "Porcentaje de existencias" }).fill("80");
      await writeSetting(program, "inventory.percent", "55");
      await page.getByRole("button", { name: "Guardar" }).click();
      await expect(page.getByText("Ya se ha usado el 89")).toBeVisible();
      return "El valor actual, que se sustituirá al guardar";
    },
  },
  {
    name: "settings with nothing found",
    async open(page) {
      await page.goto("/settings");
      await page.getByRole("searchbox").fill("xyzzy");
      return "No se encontró ningún ajuste.";
    },
  },
  {
    name: "question before an edit is lost",
    async open(page) {
      await page.goto("/settings");
      await page.getByRole("button", { name: "Editar Porcentaje de existencias" }).click();
      await page.getByRole("textbox", { name: "Porcentaje de existencias" }).fill("80");
      await page.getByRole("link", { name: "Resumen" }).click();
      return "¿Salir sin guardar?";
    },
  },
  {
    name: "dialog to connect where TikTok asks the owner",
    async open(page, program) {
      await disconnectOverApi(program);
      await changeResponse(page, "ConnectPreview", (data) => Object.assign(data, { sandboxShops: [] }));
      await page.goto("/settings/connect");
      return "Continuar a TikTok";
    },
  },
  {
    name: "dialog to connect while a shop is connected",
    async open(page) {
      await page.goto("/settings/connect");
      return "No se ha cambiado nada";
    },
  },
  {
    name: "dialog to accept the store as it is",
    async open(page, program) {
      await page.goto(`/activity/disconnections/${await blockDisconnect(program)}/accept`);
      return "¿Aceptar la tienda tal como está?";
    },
  },
  {
    name: "dialog to revoke an API key",
    async open(page, program) {
      await page.goto(`/api-keys/${(await makeKey(program, "Rithum")).id}/revoke`);
      return "Revocar";
    },
  },
  {
    name: "dialog to delete a webhook endpoint",
    async open(page, program) {
      await page.goto(`/webhook-endpoints/${await makeEndpoint(program, "https://example.com/webhooks")}/delete`);
      return "Eliminar";
    },
  },
  {
    name: "page not found",
    async open(page) {
      await page.goto("/activity/nothing");
      return "Página no encontrada";
    },
  },
];

for (const { name, open } of views) {
  test(`nothing is left in English, and everybody can use it: ${name}`, async ({ page, program }) => {
    const text = await open(page, program);
    await expect(page.getByText(text).first()).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "es-ES");
    expect(await englishOn(page)).toEqual([]);
    await expectNoOverflow(page);
    expect(await violations(page)).toEqual([]);
  });
}

for (const [address, title, lang] of [
  ["/?locale=es-MX", "Resumen", "es-MX"],
  ["/?locale=fr", "Overview", "en"],
  ["/?locale=en-GB", "Overview", "en-GB"],
  ["/", "Resumen", "es-ES"],
] as const) {
  test(`at ${address} the page speaks ${lang}`, async ({ page }) => {
    await page.goto(address);
    await expect(heading(page, title)).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
  });
}

test("in Shopify's admin the page speaks the language that App Bridge tells", async ({ page }) => {
  await page.addInitScript(() => {
    window.shopify = { config: { locale: "es-MX" } };
  });
  await page.goto("/?locale=en");
  await expect(heading(page, "Resumen")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "es-MX");
});

test("times are of the browser's zone: the moment of a record names it", async ({ browser, program }) => {
  const context = await browser.newContext({ locale: "es-ES", timezoneId: "Europe/Madrid", baseURL: program.url });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.getByText("conectada desde el").first()).toContainText(/ CES?T$/);
  await expect(page.getByRole("main").getByRole("listitem").first().getByRole("time")).toHaveText(/^(ahora|hace \d)/);
  await context.close();
});

test("English left over is found", async ({ page }) => {
  await page.goto("/?locale=en");
  await expect(heading(page, "Overview")).toBeVisible();
  expect(await englishOn(page)).toContain("Latest activity");
});
