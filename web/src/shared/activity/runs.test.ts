import { expect, test } from "vitest";
import type { EntryFragment } from "../../gql/graphql";
import { changedSettings, endOfRun, runsOf } from "./runs";

const entry = (id: string, more: object = {}) =>
  ({
    id,
    action: "SETTINGS_UPDATED",
    actor: { kind: "SELLER", name: "Ann" },
    occurredAt: "2026-03-02T09:00:00Z",
    disconnection: null,
    apiKey: null,
    changes: [{ key: `key ${id}` }],
    ...more,
  }) as unknown as EntryFragment;

const edits = (count: number, more: object = {}) => Array.from({ length: count }, (_, at) => entry(`${at}`, more));
const sizes = (entries: EntryFragment[]) => runsOf(entries).map((run) => run.length);

test("many edits in a row by one actor are one run, a few are not", () => {
  expect(sizes(edits(5))).toEqual([5]);
  expect(sizes(edits(4))).toEqual([1, 1, 1, 1]);
  expect(changedSettings([...edits(5), ...edits(5)])).toBe(5);
});

test.each([
  ["another actor", { actor: { kind: "SELLER", name: "Bea" } }],
  ["another key of that name", { apiKey: { id: "k", name: "Ann" } }],
  ["a long pause", { occurredAt: "2026-03-02T07:59:00Z" }],
])("%s ends a run", (_, more) => expect(sizes([...edits(5), ...edits(5, more)])).toEqual([5, 5]));

test("the steps of a disconnect are one run", () => {
  const step = (action: string, id: string) => entry(action, { action, disconnection: { id } });
  const one = [
    step("ACCOUNT_DISCONNECTED", "a"),
    step("DISCONNECTION_BLOCKED", "a"),
    step("ACCOUNT_DISCONNECTING", "a"),
  ];
  expect(sizes([...one, step("ACCOUNT_DISCONNECTED", "b"), entry("1")])).toEqual([3, 1, 1]);
  expect(runsOf(one)).toEqual([one]);
});

test("a page goes on to the end of the run that it would end in", () => {
  const other = entry("other", { action: "API_KEY_CREATED" });
  expect(endOfRun([...edits(12), other], 10)).toBe(12);
  expect(endOfRun([...edits(10), other], 10)).toBe(10);
  expect(endOfRun(edits(12), 10)).toBeUndefined(); // it may go on
  expect(endOfRun([...edits(9), other], 10)).toBe(10);
  expect(
    endOfRun([other, entry("step", { action: "ACCOUNT_DISCONNECTED", disconnection: { id: "a" } })], 2),
  ).toBeUndefined();
  expect(endOfRun([], 10)).toBe(0);
});
