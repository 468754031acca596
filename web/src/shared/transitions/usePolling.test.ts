import { expect, test } from "vitest";
import { pauseBefore } from "./usePolling";

test("it is asked often at first, then ever more rarely, and each ten seconds for as long as it takes", () => {
  const pauses = Array.from({ length: 100 }, (_, times) => pauseBefore(times));
  expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
  const askedWithin = (ms: number) =>
    pauses.filter((_, at) => pauses.slice(0, at + 1).reduce((sum, pause) => sum + pause, 0) <= ms).length;
  expect(askedWithin(3_000)).toBe(5);
  expect(askedWithin(60_000)).toBeLessThan(35);
  expect(pauses.at(-1)).toBe(10_000);
});
