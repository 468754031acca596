import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useLocation } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import {
  type Followed,
  followedIn,
  isSame,
  lastDisconnectOf,
  stateOf,
  type Transition,
  transitionsOf,
} from "./transitions";
import { useAnnouncement } from "./useAnnouncement";
import { usePolling } from "./usePolling";

graphql(`
  fragment AccountInTransition on Account {
    id
    name
    status
    connectedAt
    setup {
      ...Progress
    }
    disconnectionHistory(first: 1) {
      nodes {
        id
        status
        disconnectedAt
        progress {
          ...Progress
        }
      }
    }
  }
`);

const TransitionsQuery = graphql(`
  query Transitions {
    accounts {
      ...AccountInTransition
    }
  }
`);

const TransitionsContext = createContext<Transition[]>([]);
const FollowContext = createContext<(begun: Followed) => void>(() => {});

/** The connects and disconnects that are being carried out in the store, whoever has begun them. */
export function useTransitions(): Transition[] {
  return useContext(TransitionsContext);
}

/** Follows what was just begun to its end, and tells the seller then. */
export function useFollow(): (begun: Followed) => void {
  return useContext(FollowContext);
}

/** Follows connects and disconnects to their end, on whichever page, and tells the seller of it. */
export function TransitionsProvider({ children }: { children: ReactNode }) {
  const { accounts, ask } = useAccounts();
  const [followed, setFollowed] = useState<Followed[]>([]);
  const announce = useAnnouncement();
  const add = (begun: Followed[]) =>
    setFollowed((some) => [...some, ...begun.filter((one) => !some.some((other) => isSame(one, other)))]);

  const unknown = followedIn(accounts).filter((one) => !followed.some((other) => isSame(one, other)));
  if (unknown.length > 0) add(unknown);

  useEffect(() => {
    const ended = followed.filter((one) => ["DONE", "ABANDONED"].includes(stateOf(one, accounts)));
    if (ended.length === 0) return;
    setFollowed((some) => some.filter((one) => !ended.includes(one)));
    for (const one of ended) if (stateOf(one, accounts) === "DONE") announce(one, accounts);
  }, [accounts, followed]);

  const open = followed.some((one) => stateOf(one, accounts) === "OPEN");
  const revoking = accounts.some((account) => lastDisconnectOf(account)?.status === "REVOKING");
  const step = accounts.map((account) => `${account.status} ${lastDisconnectOf(account)?.status}`).join();
  usePolling(open || revoking, ask, step);
  return (
    <FollowContext value={(begun) => add([begun])}>
      <TransitionsContext value={transitionsOf(accounts)}>{children}</TransitionsContext>
    </FollowContext>
  );
}

const none: never[] = [];

/** The accounts as they were last read, and how to read them again. */
function useAccounts() {
  const [{ data, error, fetching }, refetch] = useQuery({ query: TransitionsQuery, requestPolicy: "cache-first" });
  const [last, setLast] = useState(data);
  if (data && data !== last) setLast(data);
  const { key } = useLocation();
  useEffect(() => {
    if (error && !fetching) refetch({ requestPolicy: "network-only" }); // as the store's name, when the page is left
  }, [key]);
  const ask = () => {
    if (!fetching) refetch({ requestPolicy: "network-only" });
  };
  return { accounts: (data ?? last)?.accounts ?? none, ask };
}
