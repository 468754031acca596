import { readdirSync, readFileSync } from "node:fs";
import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import { describe, expect, test } from "vitest";
import { languages } from "../i18n/language";
import { flatten } from "../i18n/messages";
import { en } from "./en";

const english = flatten(en);
const others: Record<string, Record<string, string>> = {};
for (const locale of Object.keys(languages).filter((one) => one !== "en"))
  others[locale] = flatten((await import(`./${locale}.ts`))[locale]);
const inPlaceOfTheServers = /^server\./;

/** What is written the same in another language: placeholders, elements, names and units. */
const same =
  /\{[^{}]*\}|<\/?\w+>|TikTok( (Shop|for Business|Ads Manager))?|(Business|Seller) Center|Shopify|Visible|Webhooks|\b(kg|ms)\b/g;

describe.each(Object.entries({ en: english, ...others }))("%s", (locale, messages) => {
  test("each message is one of ICU MessageFormat", () => {
    for (const text of Object.values(messages)) expect(() => compileMessageOrThrow(text), text).not.toThrow();
  });

  test("each plural has the forms that the language has for whole numbers, and no other", () => {
    const forms = pluralForms(locale);
    for (const [key, text] of Object.entries(messages))
      for (const plural of pluralsIn(compileMessageOrThrow(text))) expect(plural, key).toEqual(forms);
  });
});

describe.each(Object.entries(others))("%s beside English", (_, messages) => {
  const own = Object.keys(messages).filter((key) => !inPlaceOfTheServers.test(key));

  test("has the same messages", () => expect(own.sort()).toEqual(Object.keys(english).sort()));

  test("has the same placeholders and elements in each", () => {
    for (const key of own) {
      expect(placeholdersIn(messages[key] ?? ""), key).toEqual(placeholdersIn(english[key] ?? ""));
      expect(elementsIn(messages[key] ?? ""), key).toEqual(elementsIn(english[key] ?? ""));
    }
  });

  test("is translated", () => {
    const left = own.filter(
      (key) => messages[key] === english[key] && /[a-z]/.test(english[key]?.replace(same, "") ?? ""),
    );
    expect(left).toEqual([]);
  });

  test("has a title and a description for each setting that there is", () => {
    const { settings } = JSON.parse(readFileSync(new URL("../../../models/settings.json", import.meta.url), "utf8"));
    const keys = settings.flatMap(({ key }: { key: string }) => [`${key}.description`, `${key}.title`]);
    const translated = Object.keys(messages).filter((key) => key.startsWith("server.settings."));
    expect(translated.map((key) => key.slice("server.settings.".length)).sort()).toEqual(keys.sort());
  });
});

test("one thing has one name in Spanish: API keys are claves de API", () => {
  const wrong = Object.values(others.es ?? {}).filter((text) => /claves? (?!de\b)API|llaves? (de )?API/i.test(text));
  expect(wrong).toEqual([]);
});

test("no setting is described by nothing but its title", () => {
  const { settings } = JSON.parse(readFileSync(new URL("../../../models/settings.json", import.meta.url), "utf8"));
  const bare = (title: string, about: string) =>
    about.replace(/^(El|La|Los|Las) |\.$/gi, "").toLowerCase() === title.toLowerCase();
  for (const { key, title, about } of settings) {
    expect(bare(title, about), key).toBe(false);
    const [own, spanish] = ["title", "description"].map((what) => others.es?.[`server.settings.${key}.${what}`] ?? "");
    expect(bare(own ?? "", spanish ?? ""), key).toBe(false);
  }
});

test("every text that components name is in a language: none stands in the attributes of their elements", () => {
  const literal = /\s(?:title|label|aria-label|placeholder|alt|message|hint|before|after)=(?:"|\{["`])[^\n]*/g;
  const source = new URL("..", import.meta.url);
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tsx")))
    expect(readFileSync(new URL(file, source), "utf8").match(literal) ?? [], file).toEqual([]);
});

type Tokens = ReturnType<typeof compileMessageOrThrow>;

/** The forms of each plural of a message, in the order of the alphabet; numbers that have words of their own are none. */
function pluralsIn(tokens: Tokens): string[][] {
  return tokens.flatMap((token) => {
    if (!Array.isArray(token) || token[1] !== "plural") return [];
    const { offset, ...branches } = token[2] as unknown as Record<string, Tokens>;
    const forms = Object.keys(branches).filter((form) => !/^\d+$/.test(form));
    return [forms.sort(), ...Object.values(branches).flatMap(pluralsIn)];
  });
}

/** As far as stores count: Spanish has another one for millions. */
function pluralForms(locale: string): string[] {
  const rules = new Intl.PluralRules(locale);
  return [...new Set(Array.from({ length: 100_001 }, (_, count) => rules.select(count)))].sort();
}

function placeholdersIn(text: string): string[] {
  const names = (tokens: Tokens): string[] =>
    tokens.flatMap((token) => {
      if (!Array.isArray(token)) return [];
      const branches = typeof token[2] === "object" ? Object.values(token[2] as object) : [];
      return [String(token[0]), ...branches.flatMap((branch) => (Array.isArray(branch) ? names(branch) : []))];
    });
  return [...new Set(names(compileMessageOrThrow(text)))].sort();
}

function elementsIn(text: string): string[] {
  return (text.match(/<\/?\w+>/g) ?? []).sort();
}
