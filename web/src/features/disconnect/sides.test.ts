import { expect, test } from "vitest";
import type { Json } from "../../json";
import { sidesOf } from "./sides";

function sides(key: string, before: Json, after: Json, bytes = 1) {
  const rest = { kind: "UPDATED", definition: null, lastChangedBy: { kind: "SELLER", name: "Aurora" } } as const;
  const { as, now, after: then } = sidesOf({ ...rest, key, before, after, beforeBytes: bytes, afterBytes: bytes });
  return [as, now.map(({ text }) => text).join(", "), then.map(({ text }) => text).join(", ")];
}

test("of a list whose other items stay, nothing is said to be removed or not set", () => {
  expect(sides("order.tags", ["gift"], [])).toEqual(["gone", "gift", ""]);
  expect(sides("order.tags", [], ["priority"])).toEqual(["back", "", "priority"]);
  expect(sides("order.tags", ["gift"], ["priority"])).toEqual(["replaced", "gift", "priority"]);
});

test("a list in another order is told whole", () => {
  expect(sides("order.tags", ["a", "b"], ["b", "a"])).toEqual(["values", "a, b", "b, a"]);
});

test("a setting that is gone altogether is removed, and one that is not there is not set", () => {
  expect(sides("inventory.percent", 55, null, 0)).toEqual(["values", "55 %", "removed"]);
  expect(sides("order.tags", ["gift"], null, 0)).toEqual(["values", "gift", "removed"]);
  expect(sides("order.tags", null, ["web"], 0)).toEqual(["values", "not set", "web"]);
});

test("a long value is said to be one", () => {
  expect(sides("order.tags", null, ["web"], 900_000)).toEqual(["values", "a long value", "web"]);
});
