import { shopifyLocale } from "../api/appBridge";
import { en as start } from "../locales/en.ts?part=start";
import { addTexts, locale, speak } from "./messages";
import type { Part } from "./parts";

/** The languages, each of them in parts that are loaded when they are needed. */
export const languages: Record<string, Record<Part, () => Promise<object>>> = {
  en: {
    start: async () => start,
    settings: async () => (await import("../locales/en.ts?part=settings")).en,
    connect: async () => (await import("../locales/en.ts?part=connect")).en,
    consent: async () => (await import("../locales/en.ts?part=consent")).en,
    disconnect: async () => (await import("../locales/en.ts?part=disconnect")).en,
    disconnection: async () => (await import("../locales/en.ts?part=disconnection")).en,
    apikeys: async () => (await import("../locales/en.ts?part=apikeys")).en,
    webhooks: async () => (await import("../locales/en.ts?part=webhooks")).en,
    descriptions: async () => ({}), // they come from the server
  },
  es: {
    start: async () => (await import("../locales/es.ts?part=start")).es,
    settings: async () => (await import("../locales/es.ts?part=settings")).es,
    connect: async () => (await import("../locales/es.ts?part=connect")).es,
    consent: async () => (await import("../locales/es.ts?part=consent")).es,
    disconnect: async () => (await import("../locales/es.ts?part=disconnect")).es,
    disconnection: async () => (await import("../locales/es.ts?part=disconnection")).es,
    apikeys: async () => (await import("../locales/es.ts?part=apikeys")).es,
    webhooks: async () => (await import("../locales/es.ts?part=webhooks")).es,
    descriptions: async () => (await import("../locales/es.ts?part=descriptions")).es,
  },
};

let haveSpoken = () => {};

/** Kept when it is known which language is spoken: the router begins to load pages before. */
const spoken = new Promise<void>((resolve) => {
  haveSpoken = resolve;
});

const english = languages.en as Record<Part, () => Promise<object>>;

/** Has the page speak the language of whoever is signed in to Shopify; outside of its admin, that of the browser. */
export async function speakTheSellersLanguage() {
  const wanted = shopifyLocale();
  const chosen = chooseLocale(wanted === undefined ? navigator.languages : [wanted]);
  // A language that cannot be loaded now is no reason to show nothing: the page speaks English already.
  const texts = await languages[languageOf(chosen)]?.start().catch(() => undefined);
  if (texts) speak(chosen, texts);
  document.documentElement.lang = locale();
  haveSpoken();
}

/** Loads parts of the language that the page speaks; in English where they cannot be loaded. */
export async function loadTexts(parts: Part[]) {
  await spoken;
  const loaded = await Promise.all(parts.map((part) => textsOf(part)));
  for (const texts of loaded) addTexts(texts);
}

async function textsOf(part: Part): Promise<object> {
  const load = languages[languageOf(locale())]?.[part] ?? english[part];
  return load().catch(() => english[part]());
}

/** The first of some locales that there is a language for; English where there is none. */
export function chooseLocale(wanted: readonly string[]): string {
  return wanted.map(canonical).find((one) => Object.hasOwn(languages, languageOf(one))) ?? "en";
}

function languageOf(locale: string): string {
  return locale.split("-")[0] ?? "";
}

/** A locale as it is written properly, "" for what is none: it may come from the address. */
function canonical(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "";
  } catch {
    return "";
  }
}
