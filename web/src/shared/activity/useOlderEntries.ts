import { useEffect, useState } from "react";

/** Entries that were read, newest first. */
export interface Page<Entry> {
  edges: { cursor: string; node: Entry }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface Options<Entry> {
  page: Page<Entry> | undefined;
  /** Whether no more is needed than these. */
  isEnough(entries: Entry[]): boolean;
  /** Reads so many entries more, after the cursor; undefined when they cannot be read now. */
  read(first: number, after: string | null): Promise<Page<Entry> | undefined>;
}

/** How many are read each time, so that little is read where little is missing: 250 in all. */
const batches = [20, 80, 150];

/**
 * A page with as many older entries as are needed to show its runs whole. They are added when they are there: until then, and where they
 * cannot be read, it is the page alone. A run of hundreds of entries is cut.
 */
export function useOlderEntries<Entry>({ page, isEnough, read }: Options<Entry>): Page<Entry> & { reading: boolean } {
  const [longer, setLonger] = useState<{ of: Page<Entry>; page: Page<Entry> }>();
  useEffect(() => {
    if (!page) return;
    let left = false;
    lengthen(page, isEnough, read).then((whole) => {
      if (!left) setLonger({ of: page, page: whole });
    });
    return () => {
      left = true;
    };
  }, [page]);
  const isRead = longer?.of === page;
  return { ...(isRead && longer ? longer.page : (page ?? none)), reading: !isRead };
}

const none = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };

/** The page, with the entries after it that are needed. */
export async function lengthen<Entry>(
  page: Page<Entry>,
  isEnough: Options<Entry>["isEnough"],
  read: Options<Entry>["read"],
): Promise<Page<Entry>> {
  let { edges, pageInfo } = page;
  for (const first of batches) {
    if (!pageInfo.hasNextPage || isEnough(edges.map(({ node }) => node))) break;
    const next = await read(first, pageInfo.endCursor);
    if (!next) break;
    edges = [...edges, ...next.edges];
    pageInfo = next.pageInfo;
  }
  return { edges, pageInfo };
}
