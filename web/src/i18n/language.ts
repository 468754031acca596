import { shopifyLocale } from "../api/appBridge";
import { en } from "../locales/en";
import { locale, speak, type Texts } from "./messages";

/** The languages, each of the others loaded when it is spoken. */
export const languages: Record<string, () => Promise<Texts>> = {
  en: async () => en,
  es: async () => (await import("../locales/es")).es,
};

/** Has the page speak the language of whoever is signed in to Shopify; outside of its admin, that of the browser. */
export async function speakTheSellersLanguage() {
  const wanted = shopifyLocale();
  const chosen = chooseLocale(wanted === undefined ? navigator.languages : [wanted]);
  // A language that cannot be loaded now is no reason to show nothing: the page speaks English already.
  const texts = await languages[languageOf(chosen)]?.().catch(() => undefined);
  if (texts) speak(chosen, texts);
  document.documentElement.lang = locale();
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
