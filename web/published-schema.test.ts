import { readFileSync } from "node:fs";
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { expect, test } from "vitest";
import { brokenBy, deprecation, publishedSchema, publishedVersions } from "./published-schema";

const present = readFileSync(new URL(`../${publishedSchema}`, import.meta.url), "utf8");
const today = new Date().toISOString().slice(0, 10);

test("no version of the schema that was published is broken", () => {
  const versions = publishedVersions();
  expect(versions.length).toBeGreaterThan(0);
  for (const published of versions) expect(brokenBy(present, published, today)).toEqual([]);
});

test("what is deprecated says until when, and what to use", () => {
  for (const type of Object.values(buildSchema(present).getTypeMap())) {
    const elements = [
      ...(isEnumType(type) ? type.getValues() : []),
      ...(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.values(type.getFields())
        : []),
    ];
    for (const element of elements) {
      if (element.deprecationReason != null) expect(element.deprecationReason).toMatch(deprecation);
      for (const argument of "args" in element ? element.args : [])
        if (argument.deprecationReason != null) expect(argument.deprecationReason).toMatch(deprecation);
    }
  }
});

test.each([
  ["a field that is gone", "type Query { b: Int }", "type Query { a: Int, b: Int }", 1],
  ["a field that may be null now", "type Query { a: Int }", "type Query { a: Int! }", 1],
  ["an argument that must be given", "type Query { a(x: Int!): Int }", "type Query { a: Int }", 1],
  ["an enum value that is gone", "type Query { a: E } enum E { X }", "type Query { a: E } enum E { X Y }", 1],
  ["a field that is new", "type Query { a: Int, b: Int }", "type Query { a: Int }", 0],
  [
    "an expired deprecation",
    "type Query { b: Int }",
    'type Query { b: Int, a: Int @deprecated(reason: "Use `b`. Goes on 2026-01-31.") }',
    0,
  ],
  [
    "a deprecation of a day to come",
    "type Query { b: Int }",
    'type Query { b: Int, a: Int @deprecated(reason: "Use `b`. Goes on 2026-02-01.") }',
    1,
  ],
  [
    "a deprecation without a day",
    "type Query { b: Int }",
    'type Query { b: Int, a: Int @deprecated(reason: "Use `b`.") }',
    1,
  ],
])("%s", (_, now, published, broken) => {
  expect(brokenBy(now, published, "2026-01-31")).toHaveLength(broken);
});
