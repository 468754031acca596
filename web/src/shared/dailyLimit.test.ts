import { expect, test } from "vitest";
import { percentToTell } from "./dailyLimit";

test.each([
  [0, 256, undefined],
  [204, 256, undefined],
  [205, 256, 80],
  [255, 256, 99],
  [256, 256, 100],
  [300, 256, 100],
  [1, 0, undefined],
])("of %i MiB of %i it is told: %s", (used, limit, percent) => expect(percentToTell({ limit, used })).toBe(percent));
