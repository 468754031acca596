import { expect, test } from "vitest";
import { dailyLimitText, endOfDay } from "./dailyLimit";
import { formatZoned } from "./format";
import { refusalText } from "./serverText";

test.each([
  ["2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"],
  ["2026-03-02T23:59:59.999Z", "2026-03-03T00:00:00Z"],
  ["2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"],
])("the day of %s ends at %s", (now, end) => expect(endOfDay(Date.parse(now))).toBe(Date.parse(end)));

test("what is refused because of the day says when the next one begins, where the seller is", () => {
  const at = formatZoned(new Date("2026-03-03T00:00:00Z"));
  expect(dailyLimitText(Date.parse("2026-03-02T09:00:00Z"))).toContain(`The next day begins ${at}`);
  const refusal = { code: "DAILY_LIMIT_REACHED", message: "Try again after midnight (UTC)." };
  expect(refusalText("updateSettings", refusal)).toBe(dailyLimitText());
});
