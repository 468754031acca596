import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { addressOf, filterOf, kinds, variablesOf } from "./filter";

const read = (address: string) => filterOf(new URLSearchParams(address));

test.each([
  ["", { actorKinds: null, actorName: null, actions: null }],
  ["who=PARTNER", { actorKinds: ["PARTNER"], actorName: null, actions: null }],
  ["who=SELLER:Ann: B&what=settings", { actorKinds: ["SELLER"], actorName: "Ann: B", actions: ["SETTINGS_UPDATED"] }],
  ["who=constructor&what=toString", { actorKinds: null, actorName: null, actions: null }],
])("%j asks for %j", (address, variables) => expect(variablesOf(read(address))).toEqual(variables));

test("an address keeps the filter from page to page", () => {
  const filter = { who: "SELLER:Ann & Bea", what: "settings" } as const;
  const address = addressOf(filter, "YQ");
  expect(read(address.slice("/activity?".length))).toEqual(filter);
  expect(new URLSearchParams(address.split("?")[1]).get("after")).toBe("YQ");
  expect(addressOf({ who: "", what: "" })).toBe("/activity");
});

test("every action is of one kind", () => {
  const schema = readFileSync(`${import.meta.dirname}/../../../../graph/audit.graphqls`, "utf8");
  const actions = schema.split("enum AuditAction {")[1]?.match(/^ {2}[A-Z_]+$/gm) ?? [];
  expect(actions.length).toBeGreaterThan(10);
  const listed = Object.values(kinds).flat();
  expect(listed.sort()).toEqual(actions.map((action) => action.trim()).sort());
});
