import { expect, test } from "vitest";
import { formatZoned } from "../../i18n/format";
import { inZone } from "./warningText";

test("moments are in the zone of whoever reads them, which they name", () => {
  const moment = formatZoned(new Date("2026-03-02T09:00:00Z"));
  expect(inZone("connected (2 March 2026, 09:00 UTC): 7 restored")).toBe(`connected (${moment}): 7 restored`);
});

test("what is no moment stays as it is", () => {
  for (const text of ["38 settings go back.", "99 March 2026, 99:99 UTC"]) expect(inZone(text)).toBe(text);
});
