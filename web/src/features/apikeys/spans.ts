const hour = 60 * 60 * 1000; // ms
const day = 24 * hour;

export interface Span {
  name: string;
  /** In milliseconds; undefined for one without end. */
  length: number | undefined;
}

/** How long a key can be given to live. */
export const lives: Span[] = [
  { name: "In 30 days", length: 30 * day },
  { name: "In 90 days", length: 90 * day },
  { name: "In a year", length: 365 * day },
  { name: "Never", length: undefined },
];

/** How long an old key can be kept beside the new one. */
export const overlaps: Span[] = [
  { name: "In an hour", length: hour },
  { name: "In 24 hours", length: day },
  { name: "In 7 days", length: 7 * day },
];

/** When a span that begins now ends; null for one without end. */
export function endOf({ length }: Span): string | null {
  return length === undefined ? null : new Date(Date.now() + length).toISOString();
}
