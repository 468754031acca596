import { locale } from "../../i18n/messages";
import { isRawNumber, type Json, parse } from "../../json";

// Numbers by their digits: what JavaScript's own numbers would round, or write otherwise, stays as it was written.

/** The digits of a number as they were written; undefined for what is none. */
export function digitsOf(value: Json): string | undefined {
  if (isRawNumber(value)) return value.rawJSON;
  return typeof value === "number" ? String(value) : undefined;
}

/** A number as the locale writes it, with all the digits it has: more than a number can hold, or zeros at its end. */
export function localized(digits: string): string {
  return /^-?[1-9]\d*$/.test(digits) ? new Intl.NumberFormat(locale()).format(BigInt(digits)) : withSeparator(digits);
}

/** A number that is added to another: such as +12.50. */
export function signed(digits: string): string {
  return `${Number(digits) > 0 ? "+" : ""}${withSeparator(digits)}`;
}

/**
 * The number that somebody typed, of the digits typed; undefined for what is none. A point counts only where the locale has it for
 * decimals: elsewhere it may stand for thousands.
 */
export function numberFrom(text: string): Json | undefined {
  const separator = decimalSeparator();
  if (separator !== "." && text.includes(".")) return undefined;
  const digits = text
    .trim()
    .replace(/^\+(?=\d)/, "")
    .replace("−", "-")
    .replace(separator, ".");
  try {
    const value = parse(digits) as Json;
    return digitsOf(value) === undefined ? undefined : value;
  } catch {
    return undefined;
  }
}

function withSeparator(digits: string): string {
  return digits.replace(".", decimalSeparator());
}

function decimalSeparator(): string {
  const parts = new Intl.NumberFormat(locale()).formatToParts(0.5);
  return parts.find(({ type }) => type === "decimal")?.value ?? ".";
}
