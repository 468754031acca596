import { describe, expect, test } from "vitest";
import { type Json, parse } from "../../json";
import { isTextMap, mapFrom, problemOfPairs } from "./pairs";

test("a map of texts can be a list of pairs", () => {
  expect(isTextMap({ USPS: "1", FedEx: "" })).toBe(true);
  expect(isTextMap({})).toBe(true);
  const others: Json[] = [null, "USPS", ["USPS"], { USPS: 1 }, { USPS: null }, { USPS: "1\n2" }, { "a\nb": "1" }];
  for (const other of others) expect(isTextMap(other)).toBe(false);
  expect(isTextMap(Object.fromEntries(Array.from({ length: 201 }, (_, at) => [at, ""])))).toBe(false);
});

describe("the map of some pairs", () => {
  test("has what was typed, without the spaces around it", () => {
    expect(mapFrom([["USPS ", " 711\t"]], {})).toEqual({ USPS: "711" });
  });

  test("has what was there as it was", () => {
    const before = parse('{"__proto__":" p ","constructor":"","7":"x"," USPS":"1"}') as { [carrier: string]: string };
    const again = mapFrom(Object.entries(before), before);
    expect(JSON.stringify(again)).toBe(JSON.stringify(before));
  });

  test("leaves out a pair that nothing was typed in", () => {
    expect(
      mapFrom(
        [
          ["USPS", "711"],
          ["", " "],
        ],
        {},
      ),
    ).toEqual({ USPS: "711" });
  });
});

describe("what is wrong with pairs", () => {
  const before = { USPS: "711", DHL: "" };

  test.each<[string, [string, string][], string]>([
    [
      "a carrier is missing",
      [
        ["USPS", "711"],
        [" ", "712"],
      ],
      "1.carrier",
    ],
    ["an id is missing", [["FedEx", " "]], "0.id"],
    [
      "a carrier is there twice",
      [
        ["USPS", "711"],
        ["USPS ", "712"],
      ],
      "1.carrier",
    ],
  ])("%s", (_, pairs, field) => expect(problemOfPairs(pairs, before)?.field).toBe(field));

  test.each<[string, [string, string][]]>([
    [
      "both are there",
      [
        ["USPS", "711"],
        ["usps", "711"],
      ],
    ],
    [
      "nothing was typed",
      [
        ["", ""],
        ["", " "],
      ],
    ],
    ["there are none: the server says how many there must be", []],
  ])("nothing when %s", (_, pairs) => expect(problemOfPairs(pairs, before)).toBeUndefined());
});
