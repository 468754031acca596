import { useEffect, useState } from "react";
import type { HandoffItemFragment } from "../../gql/graphql";

/** What is printed of the open orders in the place of those that the page shows. */
export interface Paper {
  items: HandoffItemFragment[];
  /** A page of them could not be read: the rest is not among them. */
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
