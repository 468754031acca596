import { useEffect, useState } from "react";
import type { HandoffItemFragment } from "../../gql/graphql";

/** How many exceptions are printed at most; the style sheet of the record hides the rest. */
export const exceptionsOnPaper = 6;

/** How many open orders a sheet has room for beside so many exceptions. */
export function roomOnPaper(exceptions: number): number {
  return 40 - 5 * Math.min(exceptions, exceptionsOnPaper);
}

/** What is printed of the open orders in the place of those that the page shows. */
export interface Paper {
  items: HandoffItemFragment[];
  /** They could not be read. */
  cut: boolean;
}

/** What is printed now; it goes when that is done, since it grows old and can be much. */
export function usePaper(): [Paper | undefined, (paper: Paper) => void] {
  const [paper, setPaper] = useState<Paper>();
  useEffect(() => {
    const drop = () => setPaper(undefined);
    window.addEventListener("afterprint", drop);
    return () => window.removeEventListener("afterprint", drop);
  }, []);
  return [paper, setPaper];
}
