import { locale } from "./messages";

// Dates, numbers and lists as the locale of the page has them. Times are of the browser's zone.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How far away a moment may be to be told relative to now, in seconds. */
const nearby = 30 * DAY;

/** A date. */
export function formatDate(moment: Date): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(moment);
}

/** A date and a time. */
export function formatMoment(moment: Date): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(moment);
}

/** A time of the day. */
export function formatTime(moment: Date): string {
  return new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(moment);
}

/** A date and a time, with the name of the zone. */
export function formatZoned(moment: Date): string {
  return new Intl.DateTimeFormat(locale(), {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(moment);
}

/** A moment to the second, with the day of the week and the zone. */
export function formatExact(moment: Date): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "full", timeStyle: "long" }).format(moment);
}

/** A moment to the second in UTC, for readers in any zone. */
export function formatUTC(moment: Date): string {
  return new Intl.DateTimeFormat(locale(), {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
    timeZoneName: "short",
  }).format(moment);
}

/** How far a moment is from now, such as "3 minutes ago"; undefined for one that is far away, whose date says more. */
export function formatFromNow(moment: Date, now: number): string | undefined {
  const seconds = (moment.getTime() - now) / 1000;
  const distance = Math.abs(seconds);
  if (!(distance <= nearby)) return undefined;
  if (distance < MINUTE) return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(0, "second"); // now
  const [unit, length] = unitOf(distance);
  return new Intl.RelativeTimeFormat(locale()).format(Math.trunc(seconds / length), unit);
}

function unitOf(distance: number): [Intl.RelativeTimeFormatUnit, number] {
  if (distance < HOUR) return ["minute", MINUTE];
  return distance < DAY ? ["hour", HOUR] : ["day", DAY];
}

/** A time of so many seconds, as it is said: rounded up, in the largest unit that it has one and a half of. */
export function formatDuration(seconds: number): string {
  if (seconds < 1.5 * MINUTE) return amount(seconds, "second");
  if (seconds < 1.5 * HOUR) return amount(seconds / MINUTE, "minute");
  return amount(seconds / HOUR, "hour");
}

function amount(count: number, unit: string): string {
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(Math.ceil(count));
}

/** Some things in a sentence, such as "a, b, and c". */
export function formatList(parts: string[]): string {
  return new Intl.ListFormat(locale()).format(parts);
}
