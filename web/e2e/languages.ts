import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import type { Page } from "@playwright/test";
import { flatten } from "../src/i18n/messages";
import { en } from "../src/locales/en";
import { es } from "../src/locales/es";

/** Texts of the page with words of the English file that the Spanish one has not: words alone are parts of names, too. */
export async function englishOn(page: Page): Promise<string[]> {
  const shown = await textsOn(page);
  return shown.filter((text) => [...words].some((some) => (some.includes(" ") ? text.includes(some) : text === some)));
}

const spanish = partsOf(es);
const words = new Set([...partsOf(en)].filter((part) => !spanish.has(part)));

/** What messages consist of beside their placeholders. */
function partsOf(texts: object): Set<string> {
  const messages = Object.values(flatten(texts)).flatMap((text) => text.split(/<\/?\w+>/));
  const parts = messages.flatMap((text) => stringsIn(compileMessageOrThrow(text)));
  return new Set(
    parts.map((part) => part.replace(/^[\s·:.,;()]+|[\s·:.,;()]+$/g, "")).filter((part) => /[a-z]{2}/.test(part)),
  );
}

function stringsIn(tokens: unknown): string[] {
  if (typeof tokens === "string") return [tokens];
  if (!Array.isArray(tokens)) return [];
  return tokens.flatMap((token) => {
    if (!Array.isArray(token)) return stringsIn(token);
    return typeof token[2] === "object" ? Object.values(token[2]).flatMap(stringsIn) : []; // the name and the kind are no words
  });
}

/** The texts of the page, and those that screen readers and tooltips have, but for what is said to be in English. */
function textsOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = [...document.body.querySelectorAll("*")].filter(
      (one) => !one.closest("script, style, noscript, [lang=en]:not(html)"),
    );
    const attributes = ["aria-label", "title", "placeholder"];
    const texts = all.flatMap((one) => [
      ...[...one.childNodes].filter((node) => node instanceof Text).map((node) => (node as Text).data),
      ...attributes.map((name) => one.getAttribute(name) ?? ""),
    ]);
    return [...texts, document.title].map((text) => text.trim()).filter((text) => text !== "");
  });
}
