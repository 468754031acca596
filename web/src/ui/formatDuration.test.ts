import { expect, test } from "vitest";
import { formatDuration } from "./formatDuration";

test.each([
  [1, "1 second"],
  [89, "89 seconds"],
  [90, "2 minutes"],
  [3600, "60 minutes"],
  [5400, "2 hours"],
])("%i s is said %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
