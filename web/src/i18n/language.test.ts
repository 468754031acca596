import { expect, test } from "vitest";
import { chooseLocale } from "./language";

test.each([
  [["es"], "es"],
  [["es-MX", "en"], "es-MX"],
  [["fr"], "en"],
  [["fr-CA", "es-419", "en"], "es-419"],
  [["en-GB", "es"], "en-GB"],
  [["ES-mx"], "es-MX"],
  [["not a locale", "constructor", ""], "en"],
  [[], "en"],
])("of %j the page speaks %s", (wanted, locale) => expect(chooseLocale(wanted)).toBe(locale));
