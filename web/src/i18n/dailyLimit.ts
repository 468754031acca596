import { formatZoned } from "./format";
import { t } from "./messages";

const day = 24 * 60 * 60 * 1000; // ms

/** When the day of the server ends that a moment belongs to: at midnight UTC. Both are in ms since 1970. */
export function endOfDay(now: number): number {
  return (Math.floor(now / day) + 1) * day;
}

/** Why nothing more can be stored for the store today, and when it can again, in the zone of whoever reads it. */
export function dailyLimitText(now = Date.now()): string {
  return t("api.dailyLimit", { at: formatZoned(new Date(endOfDay(now))) });
}
