import type { Key } from "../../i18n/messages";
import type { en } from "../../locales/en";

const hour = 60 * 60 * 1000; // ms
const day = 24 * hour;

export interface Span {
  name: Key<typeof en.apikeys.spans>;
  /** In milliseconds; undefined for one without end. */
  length: number | undefined;
}

/** How long a key can be given to live. */
export const lives: Span[] = [
  { name: "days30", length: 30 * day },
  { name: "days90", length: 90 * day },
  { name: "year", length: 365 * day },
  { name: "never", length: undefined },
];

/** How long an old key can be kept beside the new one. */
export const overlaps: Span[] = [
  { name: "hour", length: hour },
  { name: "hours24", length: day },
  { name: "days7", length: 7 * day },
];

/** When a span that begins now ends; null for one without end. */
export function endOf({ length }: Span): string | null {
  return length === undefined ? null : new Date(Date.now() + length).toISOString();
}
