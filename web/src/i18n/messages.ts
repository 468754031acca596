import { type I18n, setupI18n } from "@lingui/core";
import type { en } from "../locales/en";
import { en as start } from "../locales/en.ts?part=start";

/** The texts of a language, of the same shape as the English ones. */
export type Texts<Of = typeof en> = { [Name in keyof Of]: Of[Name] extends string ? string : Texts<Of[Name]> };

/** The address of a message: its section and its name, with dots between. */
export type Key<Of = typeof en> = {
  [Name in keyof Of & string]: Of[Name] extends string ? Name : `${Name}.${Key<Of[Name]>}`;
}[keyof Of & string];

type TextOf<Address, Of = typeof en> = Address extends keyof Of
  ? Of[Address]
  : Address extends `${infer Section}.${infer Rest}`
    ? Section extends keyof Of
      ? TextOf<Rest, Of[Section]>
      : never
    : never;

/** The placeholders in a text: what stands behind a brace, up to the next comma or brace; a branch of a plural is a phrase. */
type PlaceholdersIn<Text> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ? Name<Inside extends `${infer First},${string}` ? First : Inside> | PlaceholdersIn<AfterOpening<Inside, Rest>>
  : never;
type AfterOpening<Inside extends string, Rest extends string> = Inside extends `${string}{${infer Inner}`
  ? `{${Inner}}${Rest}`
  : Rest;
type Name<Text> = Text extends `${string}${" " | "#"}${string}` ? never : Text;

/** The names of a message's placeholders. */
export type Placeholders<Address extends Key> = PlaceholdersIn<TextOf<Address>>;

/** What stands for the placeholders of a message; nothing where it has none. */
export type Values<Address extends Key, Value = string | number> = [Placeholders<Address>] extends [never]
  ? []
  : [values: Record<Placeholders<Address> & string, Value>];

const i18n: I18n = setupI18n();

speak("en", start);

/** The text of a message in the language of the page. */
export function t<Address extends Key>(key: Address, ...[values]: Values<Address>): string {
  return i18n._(key, values);
}

/** The text of a message that only some languages have; undefined in others. */
export function textIfAny(key: string, values?: Record<string, string | number>): string | undefined {
  return Object.hasOwn(i18n.messages, key) ? i18n._(key, values) : undefined;
}

/** The locale of the page, such as es-MX: numbers, dates and lists are written as it has them. */
export function locale(): string {
  return i18n.locale;
}

/** Has the page speak a language from now on: what was rendered before stays as it is. */
export function speak(locale: string, texts: object) {
  i18n.loadAndActivate({ locale, messages: flatten(texts) });
}

/** Adds texts to what the page can say in its language. */
export function addTexts(texts: object) {
  i18n.load(i18n.locale, flatten(texts));
}

/** The texts by their addresses. */
export function flatten(texts: object, section = ""): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(texts).map(([name, text]) =>
      isSection(text) ? flatten(text, `${section}${name}.`) : { [section + name]: text },
    ),
  );
}

/** A build has the messages compiled: lists. */
function isSection(text: unknown): text is object {
  return typeof text === "object" && !Array.isArray(text);
}
