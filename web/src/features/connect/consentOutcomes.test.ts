import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { en } from "../../locales/en";
import { es } from "../../locales/es";
import { consentOutcome } from "./consentOutcomes";

const constants = (file: string, type: string) =>
  [
    ...readFileSync(`${import.meta.dirname}/../../../../models/${file}`, "utf8").matchAll(
      RegExp(`${type} = "(\\w+)"`, "g"),
    ),
  ].map(([, code]) => code ?? "");

test("every outcome of a consent has words", () => {
  const codes = [
    ...constants("consent.go", "ConsentOutcome"),
    ...constants("connect.go", "ConnectTikTokShopErrorCode"),
  ];
  expect(codes.length).toBeGreaterThan(15);
  for (const code of codes) expect(consentOutcome(code)?.text, code).toMatch(/\.$/);
});

test.each([
  ["English", en, "Nothing was changed."],
  ["Spanish", es, "No se ha cambiado nada."],
])("what was refused ends with what to do next, in %s", (_, { connect }, nothing) => {
  for (const [code, text] of Object.entries(connect.outcomes)) expect(text.endsWith(nothing), code).toBe(false);
});

test("what is no code has none", () => {
  for (const code of [null, "", "connected", "toString", "<b>Call us</b>"])
    expect(consentOutcome(code)).toBeUndefined();
});
