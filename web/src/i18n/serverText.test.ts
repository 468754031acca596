import { afterEach, expect, test } from "vitest";
import { en } from "../locales/en";
import { es } from "../locales/es";
import { speak } from "./messages";
import { platformSays, problemText } from "./serverText";

afterEach(() => speak("en", en));

const nothing = { message: "As the server has it.", key: null, definition: null, scopes: [], platformMessage: null };
const setting = { key: "product.published", definition: { title: "Published products" } };

test("English has the server's sentence, which quotes the platform", () => {
  expect(problemText({ ...nothing, ...setting, code: "VERIFICATION_FAILED" })).toBe("As the server has it.");
  expect(platformSays()).toBeUndefined();
});

test("another language has sentences of its own, with titles and permissions in its words, and quotes no English", () => {
  speak("es", es);
  const text = (problem: object) => problemText({ ...nothing, code: "VERIFICATION_FAILED", ...problem });
  expect(text(setting)).toMatch(/^«Productos publicados» no se queda como lo escribe la app/);
  expect(text({ ...setting, platformMessage: "No." })).toBe(
    "Shopify no deja que la app cambie «Productos publicados». Hay que corregirlo en el panel de control de Shopify.",
  );
  expect(text({ platformMessage: "No." })).toMatch(/^Shopify rechaza lo que la app pide en la tienda/);
  expect(text({})).toMatch(/^Shopify rechaza lo que la app pide en la tienda/);
  const scopes = ["read_products", "write_locations", "write_gift_cards"];
  expect(text({ code: "SHOPIFY_SCOPE_MISSING", scopes })).toContain(
    "el permiso para ver los productos, cambiar las sucursales y cambiar «gift cards».",
  );
  expect(platformSays()).toBe("Lo que dice Shopify, en inglés");
});
