import { expect, test } from "vitest";
import type { RecordFragment } from "../../gql/graphql";
import { certificate, outcomeOf } from "./certificate";

const at = "2026-03-02T09:00:00Z";

function recordWith(exceptions: RecordFragment["restoration"]["exceptions"], restoredDigest: string | null) {
  const restoration = {
    snapshotTakenAt: at,
    snapshotDigest: "aaa",
    restoredDigest,
    verifiedAt: at,
    exceptions,
    changes: [],
    edits: [],
  };
  const record: RecordFragment = {
    id: "disconnection_1",
    status: "COMPLETE",
    account: { id: "a", name: "Shop <b>", externalId: "US1", region: "US", orderManagement: null },
    disconnectedAt: at,
    disconnectedBy: { kind: "SELLER", name: "Aurora" },
    progress: { done: 1, total: 1, nextAttemptAt: null, attempting: false, problem: null },
    completedAt: at,
    authorization: { status: "REVOKED", revokedAt: at },
    restoration,
  };
  return record;
}

const none = { totalCount: 0, nodes: [] };
const one = {
  totalCount: 1,
  nodes: [
    {
      key: "order.tags",
      entry: "x",
      reason: "RESOURCE_DELETED" as const,
      recorded: ["a", "b"],
      present: null,
      definition: { title: "Order tags" },
    },
  ],
};
const store = { name: "Aurora & Co", domain: "aurora.example" };

test.each([
  [none, "aaa", "Your store is as it was."],
  [one, "bbb", "Your store is as it was, but for 1 value."],
  [{ ...one, totalCount: 2 }, "bbb", "Your store is as it was, but for 2 values."],
  [none, "bbb", "Your store is not as it was."],
  [one, null, "Your store was not read back, and 1 value did not go back."],
  [none, null, "Your store was not read back."],
])("with %j and the digest %s: %s", (exceptions, restoredDigest, sentence) => {
  const record = recordWith(exceptions, restoredDigest);
  expect(outcomeOf(record.restoration)).toBe(sentence);
  expect(certificate({ record, store, nameOf: () => undefined })).toContain(sentence);
});

test("a certificate says who, what and when, and both digests, and nothing in it is markup", () => {
  const html = certificate({ record: recordWith(none, "aaa"), store, nameOf: () => undefined });
  for (const text of [
    "Aurora &amp; Co (aurora.example)",
    "Shop &lt;b&gt; (US1, US)",
    "by Aurora",
    "09:00:00 UTC",
    "aaa (",
  ])
    expect(html).toContain(text);
  expect(html).not.toContain("<b>");
  expect(html).toContain("Nothing: all went back.");
});

test("a certificate lists what was not put back, and how many are not listed", () => {
  const record = recordWith({ ...one, totalCount: 300 }, "bbb");
  const html = certificate({
    record,
    store,
    nameOf: (id) => (id === "x" ? "Main <x>" : undefined),
  });
  expect(html).toContain(
    "Order tags: Main &lt;x&gt;. It does not exist any more. Before TikTok Shop: a, b. Now: not set.",
  );
  expect(html).toContain("The first 1 of 300 are listed.");
});

test("a signed statement is in the page whole, and ends no script", () => {
  const signed = { document: '{"name":"</script><b>"}', signature: "c2ln", keyId: "key" };
  const html = certificate({
    record: recordWith(none, "aaa"),
    store,
    nameOf: () => undefined,
    signed,
  });
  const found = html.match(/<script type="application\/json" id="certificate">(.*?)<\/script>/s)?.[1];
  expect(JSON.parse(found ?? "")).toEqual(signed);
  expect(html).not.toContain("<b>");
});
