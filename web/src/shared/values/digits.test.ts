import { afterEach, describe, expect, test } from "vitest";
import { speak } from "../../i18n/messages";
import { en } from "../../locales/en";
import { digitsOf, numberFrom, signed } from "./digits";

afterEach(() => speak("en", en));

/** The digits of what was typed, where the browser can tell them. */
const typed = (text: string) => digitsOf(numberFrom(text) ?? null);

describe("a number that somebody typed", () => {
  test.each([
    ["7", "7"],
    ["+7.5", "7.5"],
    [" -2.5 ", "-2.5"],
    ["−2.5", "-2.5"],
    ["0", "0"],
  ])("%j is %s", (text, digits) => expect(typed(text)).toBe(digits));

  test.each([
    "",
    "a lot",
    "1,250",
    "12,5",
    "+-5",
    "--5",
    "+",
    ".5",
    "5.",
    "05",
    "1 2",
    "5 %",
    "true",
    '"5"',
    "null",
    "[5]",
  ])("%j is none", (text) => expect(numberFrom(text)).toBeUndefined());

  test("keeps its digits, where the browser can tell them", () => {
    for (const digits of ["12.50", "-0.00", "1234567890123456789012345", "1e-7"]) {
      const kept = "rawJSON" in JSON ? digits : String(Number(digits));
      expect(typed(digits)).toBe(kept);
      expect(typed(signed(digits))).toBe(kept);
    }
  });

  test("has the decimal separator of the locale, and no other", () => {
    speak("es", en);
    expect(signed("12.5")).toBe("+12,5");
    expect(typed("+12,5")).toBe("12.5");
    expect(numberFrom("1.250")).toBeUndefined();
    expect(numberFrom("1,2,5")).toBeUndefined();
  });
});

test("what is added has its sign", () => {
  expect(["5", "-5", "0", "0.00", "-0.00"].map(signed)).toEqual(["+5", "-5", "0", "0.00", "-0.00"]);
});
