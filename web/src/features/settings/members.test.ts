import { describe, expect, test } from "vitest";
import { type Json, parse } from "../../json";
import { fieldsOf, memberDrafts, objectFrom, problemOfMembers } from "./members";

const adjustment = { kind: "PERCENT", value: parse("12.50") as Json };
const written = "rawJSON" in JSON ? "+12.50" : "+12.5";
const later = "2026-05-31T10:20:30.456Z";

/** What is made of a value by typing into some of its fields. */
function edited(key: string, value: Json, typed: Record<string, string>) {
  const fields = fieldsOf(key, value);
  const drafts = { ...memberDrafts(fields, value), ...typed };
  return { value: objectFrom(fields, value, drafts), problem: problemOfMembers(fields, value, drafts) };
}

describe("an object that a form can hold", () => {
  test.each<[string, Json, Record<string, string>]>([
    ["price.adjustment", adjustment, { kind: '"PERCENT"', value: written }],
    ["price.adjustment", { kind: "AMOUNT", value: -2.5 }, { kind: '"AMOUNT"', value: "-2.5" }],
    ["price.adjustment", { kind: "AMOUNT", value: 0 }, { kind: '"AMOUNT"', value: "0" }],
    ["price.strikethrough", { enabled: false, expiresAt: null }, { enabled: "false", expiresAt: "" }],
    [
      "price.strikethrough",
      { enabled: true, expiresAt: new Date(2026, 4, 1).toISOString() },
      { enabled: "true", expiresAt: "2026-05-01" },
    ],
    ["ads.businessAccount", { id: "bc-7", businessCenter: "" }, { id: "bc-7", businessCenter: "" }],
    ["ads.pixel", { id: "C4", advancedMatching: true }, { id: "C4", advancedMatching: "true" }],
  ])("%s %j is edited as %j, and is the same again when nothing was typed", (key, value, drafts) => {
    const fields = fieldsOf(key, value);
    expect(memberDrafts(fields, value)).toEqual(drafts);
    expect(edited(key, value, {})).toEqual({ value, problem: undefined });
  });
});

test.each<[string, Json]>([
  ["some.key", { kind: "PERCENT", value: 1 }],
  ["price.adjustment", { kind: "OTHER", value: 1 }],
  ["price.adjustment", { kind: "PERCENT", value: "12.50" }],
  ["price.adjustment", { kind: "PERCENT", value: 1, more: 2 }],
  ["price.adjustment", { kind: "PERCENT", constructor: 1 }],
  ["price.adjustment", null],
  ["price.strikethrough", { enabled: true, expiresAt: "soon" }],
  ["price.strikethrough", { enabled: true, expiresAt: 5 }],
  ["price.strikethrough", { enabled: "yes", expiresAt: null }],
  ["ads.pixel", { id: "two\nlines", advancedMatching: true }],
])("no form can hold %s %j", (key, value) => expect(fieldsOf(key, value)).toEqual([]));

describe("what is typed", () => {
  test("changes its own member alone", () => {
    expect(edited("price.adjustment", adjustment, { kind: '"AMOUNT"' }).value).toEqual({
      ...adjustment,
      kind: "AMOUNT",
    });
    expect(edited("price.adjustment", adjustment, { value: "-5" }).value).toEqual({ kind: "PERCENT", value: -5 });
    expect(edited("price.strikethrough", { enabled: true, expiresAt: later }, { enabled: "false" }).value).toEqual({
      enabled: false,
      expiresAt: later,
    });
  });

  test("as a date means all of that day; as none, no end", () => {
    const value = { enabled: true, expiresAt: later };
    expect(edited("price.strikethrough", value, { expiresAt: "2026-08-01" }).value).toEqual({
      enabled: true,
      expiresAt: new Date(2026, 7, 1, 23, 59, 59).toISOString(),
    });
    expect(edited("price.strikethrough", value, { expiresAt: "" }).value).toEqual({ enabled: true, expiresAt: null });
  });

  test("is refused at its field when it is no value", () => {
    expect(edited("price.adjustment", adjustment, { value: "a lot" })).toEqual({
      value: undefined,
      problem: { field: "value", message: "Enter a number, such as +12.50." },
    });
    expect(edited("price.strikethrough", { enabled: true, expiresAt: null }, { expiresAt: "soon" }).problem).toEqual({
      field: "expiresAt",
      message: "Enter a whole date, or leave it empty.",
    });
  });
});
