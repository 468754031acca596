import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
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

test("what is no code has none", () => {
  for (const code of [null, "", "connected", "toString", "<b>Call us</b>"])
    expect(consentOutcome(code)).toBeUndefined();
});
