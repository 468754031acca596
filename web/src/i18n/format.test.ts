import { afterEach, expect, test } from "vitest";
import { en } from "../locales/en";
import { formatDuration, formatFromNow, formatList, formatZoned } from "./format";
import { speak } from "./messages";

afterEach(() => speak("en", en));

test.each([
  [1, "1 second"],
  [89, "89 seconds"],
  [90, "2 minutes"],
  [3600, "60 minutes"],
  [5400, "2 hours"],
])("%i s is said %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

const now = Date.parse("2026-03-02T09:00:00Z");

test.each([
  [-59, "now", "ahora"],
  [-60, "1 minute ago", "hace 1 minuto"],
  [-3 * 3600 - 5, "3 hours ago", "hace 3 horas"],
  [2 * 86400, "in 2 days", "dentro de 2 días"],
  [-31 * 86400, undefined, undefined],
])("%i s from now is %s, %s in Spanish", (seconds, english, spanish) => {
  const moment = new Date(now + seconds * 1000);
  expect(formatFromNow(moment, now)).toBe(english);
  speak("es", en);
  expect(formatFromNow(moment, now)).toBe(spanish);
});

test("a moment of record names the zone, and what is no moment is none", () => {
  expect(formatZoned(new Date(now))).toMatch(/^Mar \d, 2026, .*(UTC|GMT|[A-Z]{3})/);
  expect(formatFromNow(new Date("soon"), now)).toBeUndefined();
});

test("lists and numbers are the locale's", () => {
  expect(formatList(["a", "b", "c"])).toBe("a, b, and c");
  speak("es-MX", en);
  expect(formatList(["a", "b", "c"])).toBe("a, b y c");
});
