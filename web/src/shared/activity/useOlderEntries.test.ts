import { expect, test } from "vitest";
import { lengthen, type Page } from "./useOlderEntries";

/** A trail of so many entries, which are numbers. */
function trail(length: number) {
  const asked: number[] = [];
  const from = (start: number, first: number): Page<number> => {
    const end = Math.min(start + first, length);
    const edges = Array.from({ length: end - start }, (_, at) => ({
      cursor: String(start + at + 1),
      node: start + at,
    }));
    return { edges, pageInfo: { hasNextPage: end < length, endCursor: String(end) } };
  };
  const read = async (first: number, after: string | null) => {
    asked.push(first);
    return from(Number(after), first);
  };
  return { page: from(0, 10), read, asked };
}

test.each([
  [10, [], 10], // the page is enough
  [12, [20], 30],
  [31, [20, 80], 110],
  [1000, [20, 80, 150], 260], // a run that long is cut
])("where %i entries are needed, %j more are read", async (needed, batches, length) => {
  const { page, read, asked } = trail(2000);
  const { edges } = await lengthen(page, (entries) => entries.length >= needed, read);
  expect(asked).toEqual(batches);
  expect(edges.map(({ node }) => node)).toEqual(Array.from({ length }, (_, at) => at));
});

test("nothing is asked for beyond the end, and what cannot be read is left", async () => {
  const short = trail(15);
  expect((await lengthen(short.page, () => false, short.read)).edges).toHaveLength(15);
  expect(short.asked).toEqual([20]);
  const page = trail(100).page;
  expect(
    await lengthen(
      page,
      () => false,
      async () => undefined,
    ),
  ).toEqual(page);
});
