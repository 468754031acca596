import { formatDate } from "../../i18n/format";
import { type Key, t } from "../../i18n/messages";
import { isRawNumber, type Json } from "../../json";
import type { en } from "../../locales/en";
import { digitsOf, localized, signed } from "./digits";

// What values are called: every word a seller reads for a value, by the setting's key. What is stored stays what it is, and a
// setting without words here shows its value as it is.

/** A line of a value: the entry it is about (a Shopify id, or a name) where it has one, and what is said of it. */
export interface Line {
  entry?: string;
  text: string;
}

/** The name of what a Shopify id stands for, undefined for one that has none. */
export type NameOf = (id: string) => string | undefined;

interface Words {
  /** What values, or those of entries, are called. JSON's own text for those that are no strings. */
  values?: Record<string, `values.names.${Key<typeof en.values.names>}`>;
  /** A number with what it counts, from its digits. */
  quantity?(digits: string): string;
  /** What stands behind the field of a number. */
  unit?: `values.units.${Key<typeof en.values.units>}`;
  /** What the members of an object are called. */
  members?: Record<string, `values.members.${Key<typeof en.values.members>}`>;
  /** Texts are ids that only TikTok has names for. */
  tikTokIds?: boolean;
  /** Says how many entries there are; on is how many of them are true. */
  count?(entries: number, on: number): string;
  /** What an entry that is not there stands for. */
  absent?: `values.names.${Key<typeof en.values.names>}`;
  /** The whole object in a few words, undefined for one of another shape. */
  whole?(members: { [member: string]: Json }): string | undefined;
}

const settings: Record<string, Words> = {
  "product.published": {
    values: { true: "values.names.published", false: "values.names.notPublished" },
    absent: "values.names.notPublished",
    count: (count, on) => t("values.counts.productsPublished", { on, count }),
  },
  "product.inventoryManagedByChannel": {
    values: { true: "values.names.managed", false: "values.names.notManaged" },
    absent: "values.names.notManaged",
    count: (count, on) => t("values.counts.productsManaged", { on, count }),
  },
  "location.fulfillsOnlineOrders": { count: (count, on) => t("values.counts.locationsOn", { on, count }) },
  "product.links": {
    members: { productId: "values.members.product", skuId: "values.members.sku" },
    count: (count) => t("values.counts.listings", { count }),
  },
  "warehouse.mapping": { tikTokIds: true, count: (count) => t("values.counts.locations", { count }) },
  "shipping.template": { values: { default: "values.names.defaultTemplate" } },
  "shipping.carrierMapping": { tikTokIds: true, count: (count) => t("values.counts.carriers", { count }) },
  "webhook.topics": { count: (count) => t("values.counts.events", { count }) },
  "listing.categoryTemplates": { count: (count) => t("values.counts.templates", { count }) },
  "order.tags": { count: (count) => t("values.counts.tags", { count }) },
  "tax.handling": {
    values: { MERCHANT: "values.names.merchantCollects", MARKETPLACE: "values.names.marketplaceCollects" },
  },
  "store.resourceFeedback": {
    values: { REQUIRES_ACTION: "values.names.requiresAction", ACCEPTED: "values.names.acceptedSetup" },
  },
  "product.linkMode": { values: { AUTO_SKU: "values.names.autoSku", MANUAL: "values.names.byHand" } },
  "price.source": { values: { PRICE: "values.names.price", COMPARE_AT: "values.names.compareAtPrice" } },
  "shipping.mode": { values: { TIKTOK: "values.names.tikTokShipping", SELLER: "values.names.sellerShipping" } },
  "order.holdPolicy": {
    values: {
      IMMEDIATE: "values.names.holdImmediate",
      WAIT_1H: "values.names.holdWaits",
      IMPORT_ON_HOLD: "values.names.holdImported",
    },
  },
  "ads.dataSharing": {
    values: { STANDARD: "values.names.standard", ENHANCED: "values.names.enhanced", MAXIMUM: "values.names.maximum" },
  },
  "returns.policyShown": { values: { true: "values.names.visible", false: "values.names.notVisible" } },
  "inventory.percent": {
    quantity: (digits) => t("values.quantities.percent", { digits }),
    unit: "values.units.percent",
  },
  "inventory.outOfStockThreshold": {
    quantity: (digits) => t("values.quantities.inStock", { digits }),
    unit: "values.units.inStock",
  },
  "shipping.packageWeightFallbackKg": {
    quantity: (digits) => t("values.quantities.kilograms", { digits }),
    unit: "values.units.kilograms",
  },
  "product.dailyLimit": {
    quantity: (digits) =>
      t(digits === "1" ? "values.quantities.oneProductADay" : "values.quantities.productsADay", { digits }),
  },
  "price.adjustment": {
    values: { PERCENT: "values.names.percentage", AMOUNT: "values.names.fixedAmount" },
    members: { kind: "values.members.kind", value: "values.members.value" },
    whole: adjustment,
  },
  "price.strikethrough": {
    members: { enabled: "values.members.shown", expiresAt: "values.members.until" },
    whole: strikethrough,
  },
  "channel.connection": {
    members: {
      accountId: "values.members.accountId",
      accountName: "values.members.account",
      specificationHandle: "values.members.specification",
      handle: "values.members.channel",
    },
  },
  "ads.adAccount": { tikTokIds: true },
  "ads.catalog": { tikTokIds: true },
  "warehouse.default": { tikTokIds: true },
  "warehouse.returnAddress": { tikTokIds: true },
  "ads.businessAccount": { members: { id: "values.members.id", businessCenter: "values.members.businessCenter" } },
  "ads.pixel": { members: { id: "values.members.id", advancedMatching: "values.members.advancedMatching" } },
};

/** A value in words, a line for each of its entries. */
export function linesOf(key: string, value: Json): Line[] {
  const words = own(settings, key) ?? {};
  if (Array.isArray(value)) return value.map((one) => ({ text: inlineText(words, one) }));
  if (!isObject(value)) return [{ text: scalarText(words, value) }];
  const whole = words.whole?.(value);
  if (whole !== undefined) return [{ text: whole }];
  return Object.entries(value).map(([member, one]) => ({
    entry: memberName(words, member) ?? member,
    text: inlineText(words, one),
  }));
}

/** How much is in a list or a map, in words; undefined for what has no entries to be counted, or no words for them. */
export function countText(key: string, value: Json): string | undefined {
  const count = own(settings, key)?.count;
  if (Array.isArray(value)) return value.length > 0 ? count?.(value.length, 0) : undefined;
  if (!isObject(value)) return undefined;
  const entries = Object.values(value);
  return entries.length > 0 ? count?.(entries.length, entries.filter((one) => one === true).length) : undefined;
}

/** A line as text. */
export function lineText({ entry, text }: Line, nameOf: NameOf = noName): string {
  return entry === undefined ? named(text, nameOf) : `${named(entry, nameOf)}: ${named(text, nameOf)}`;
}

/** The text, or the name of what it stands for when it is a Shopify id: "Product 7001" as long as that has no name. */
export function named(text: string, nameOf: NameOf = noName): string {
  return nameOf(text) ?? text.replace(/^gid:\/\/shopify\/(?:Product)?(\w+)\/(\w+)$/, "$1 $2");
}

const noName: NameOf = () => undefined;

/** More lines are folded. */
export const maxLines = 4;

/** A value as one line. */
export function valueText(key: string, value: Json, nameOf: NameOf = noName): string {
  if (value === null) return t("values.notSet");
  const lines = linesOf(key, value);
  const count = lines.length > maxLines ? countText(key, value) : undefined;
  return count ?? (lines.map((line) => lineText(line, nameOf)).join(", ") || t("values.none"));
}

/** What one of the values of a setting is called, such as an option. */
export function optionText(key: string, value: Json): string {
  return scalarText(own(settings, key) ?? {}, value);
}

/** What a member of a setting that is an object is called. */
export function memberText(key: string, member: string): string {
  return memberName(own(settings, key) ?? {}, member) ?? member;
}

/** What the number of a setting counts, as it stands behind its field. */
export function unitOf(key: string): string | undefined {
  const unit = own(settings, key)?.unit;
  return unit && t(unit);
}

interface Difference {
  before: Line[];
  after: Line[];
  unchanged: number;
}

/**
 * What is different between two values. Of objects only the entries that differ are listed, each on both sides, and how many are the
 * same; everything else is shown whole.
 */
export function diffValues(key: string, before: Json, after: Json): Difference {
  const [old, next] = [linesOf(key, before), linesOf(key, after)];
  const [oldTexts, nextTexts] = [old, next].map((lines) => lines.map((line) => lineText(line))) as [string[], string[]];
  if (oldTexts.join("\n") === nextTexts.join("\n")) {
    return { before: [{ text: JSON.stringify(before) }], after: [{ text: JSON.stringify(after) }], unchanged: 0 };
  }
  if (!isObject(before) || !isObject(after)) return { before: old, after: next, unchanged: 0 };
  // An object's members are in order, and each name is there once: lines can be left out of it without harm.
  const [inOld, inNext] = [new Set(oldTexts), new Set(nextTexts)];
  const [gone, added] = [absentFrom(key, next, old), absentFrom(key, old, next)];
  return {
    before: [...old.filter((_, at) => !inNext.has(oldTexts[at] as string)), ...added],
    after: [...next.filter((_, at) => !inOld.has(nextTexts[at] as string)), ...gone],
    unchanged: oldTexts.filter((text) => inNext.has(text)).length,
  };
}

/** What is said in lines of the entries that only the others have. */
function absentFrom(key: string, lines: Line[], others: Line[]): Line[] {
  const { absent = "values.none" } = own(settings, key) ?? {};
  const entries = new Set(lines.map(({ entry }) => entry));
  return others
    .filter(({ entry }) => !entries.has(entry))
    .map(({ entry }) => ({ ...(entry && { entry }), text: t(absent) }));
}

export function isObject(value: Json): value is { [member: string]: Json } {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !isRawNumber(value);
}

/** A value within a value. */
function inlineText(words: Words, value: Json): string {
  if (!isObject(value)) return Array.isArray(value) ? JSON.stringify(value) : scalarText(words, value);
  const members = Object.entries(value);
  if (members.length === 0) return t("values.none");
  const text = (one: Json) => (one !== null && typeof one === "object" ? JSON.stringify(one) : scalarText({}, one));
  return members
    .map(([member, one]) => {
      const name = memberName(words, member);
      return name === undefined ? `${member}: ${text(one)}` : `${name} ${text(one)}`;
    })
    .join(", ");
}

function scalarText(words: Words, value: Json): string {
  const digits = digitsOf(value);
  if (digits !== undefined && words.quantity) return words.quantity(localized(digits));
  if (digits !== undefined) return digits;
  const name = words.values && own(words.values, String(value));
  if (name !== undefined) return t(name);
  if (value === true) return t("values.on");
  if (value === false) return t("values.off");
  if (value === null) return t("values.none");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (words.tikTokIds && text.trim() !== "") return t("values.tikTokId", { id: text });
  return text.trim() === "" ? (text === "" ? t("values.empty") : JSON.stringify(text)) : text;
}

function memberName({ members }: Words, member: string): string | undefined {
  const name = members && own(members, member);
  return name && t(name);
}

/** Such as +10 %, or +2.50 in your store's currency. */
function adjustment({ kind, value, ...rest }: { [member: string]: Json }): string | undefined {
  const digits = digitsOf(value ?? null);
  if (digits === undefined || Object.keys(rest).length > 0) return undefined;
  if (kind === "PERCENT") return t("values.quantities.percent", { digits: signed(digits) });
  return kind === "AMOUNT" ? t("values.quantities.money", { digits: signed(digits) }) : undefined;
}

function strikethrough({ enabled, expiresAt, ...rest }: { [member: string]: Json }): string | undefined {
  if (typeof enabled !== "boolean" || Object.keys(rest).length > 0) return undefined;
  if (expiresAt === null) return t(enabled ? "values.on" : "values.off");
  const until = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number.NaN;
  if (Number.isNaN(until)) return undefined;
  return t(enabled ? "values.onUntil" : "values.offUntil", { date: formatDate(new Date(until)) });
}

/** A member of the table itself: names such as constructor come from the outside. */
function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
