import { expect, test } from "vitest";
import type { PreviewFragment } from "../../gql/graphql";
import { diffPreviews } from "./previewDiff";

const seller = { kind: "SELLER", name: "Aurora" } as const;

type Change = PreviewFragment["changes"][number];

function change(key: string, before: string, after: string, lastChangedBy: Change["lastChangedBy"] = seller): Change {
  const bytes = { beforeBytes: before.length, afterBytes: after.length };
  return { key, kind: "UPDATED", before, after, ...bytes, scope: "STORE", definition: null, lastChangedBy } as const;
}

function preview(...changes: Change[]): PreviewFragment {
  const openOrders = { total: 0, nextDueAt: null, byTask: [] };
  return {
    token: "",
    observedAt: "",
    estimatedSeconds: null,
    leavingProductCount: 0,
    openOrders,
    exceptions: [],
    warnings: [],
    changes,
    edits: [],
  };
}

function diff(shown: PreviewFragment, current: PreviewFragment) {
  return diffPreviews(shown, current).map(({ key, before, after }) => [key, before, after]);
}

test("a setting that did not change is not listed", () => {
  expect(diff(preview(change("a", "1", "0")), preview(change("a", "1", "0")))).toEqual([]);
});

test("a setting that was edited again", () => {
  expect(diff(preview(change("a", "1", "0")), preview(change("a", "2", "0")))).toEqual([["a", "1", "2"]]);
});

test("a setting that came into the list had its recorded value when the list was shown", () => {
  expect(diff(preview(), preview(change("a", "1", "0")))).toEqual([["a", "0", "1"]]);
});

test("a setting that left the list has its recorded value now", () => {
  expect(diff(preview(change("a", "1", "0")), preview())).toEqual([["a", "1", "0"]]);
});

test("a value that somebody else wrote again", () => {
  const system = { kind: "SYSTEM", name: "TikTok Shop integration" } as const;
  expect(diff(preview(change("a", "1", "0", system)), preview(change("a", "1", "0")))).toEqual([["a", "1", "1"]]);
});

test("a long value whose length moved", () => {
  const long = (bytes: number) => ({ ...change("a", "", "0"), before: null, beforeBytes: bytes });
  const [step] = diffPreviews(preview(long(900_000)), preview(long(900_001)));
  expect(step).toMatchObject({ before: null, beforeBytes: 900_000, after: null, afterBytes: 900_001 });
});

test("in key order", () => {
  const shown = preview(change("b", "1", "0"), change("c", "1", "0"));
  const current = preview(change("a", "1", "0"), change("b", "1", "0"));
  expect(diff(shown, current).map(([key]) => key)).toEqual(["a", "c"]);
});
