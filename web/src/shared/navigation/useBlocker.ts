import { createContext, useContext, useEffect, useRef, useState } from "react";
import type { GuardedHistory, HeldNavigation } from "./guardedHistory";

export const HistoryContext = createContext<GuardedHistory | undefined>(undefined);

export type Blocker =
  | { state: "unblocked"; location: undefined; reset: undefined; proceed: undefined }
  | ({ state: "blocked"; reset(): void } & HeldNavigation);

const unblocked: Blocker = { state: "unblocked", location: undefined, reset: undefined, proceed: undefined };

/** Holds the ways to other addresses that the caller says, until it lets them be gone or gives them up; as the router's own hook does. */
export function useBlocker(shouldBlock: (way: { nextLocation: { pathname: string } }) => boolean): Blocker {
  const history = useContext(HistoryContext);
  const [held, setHeld] = useState<HeldNavigation>();
  const latest = useRef(shouldBlock);
  useEffect(() => {
    latest.current = shouldBlock;
  });
  useEffect(() => history?.guard((pathname) => latest.current({ nextLocation: { pathname } }), setHeld), [history]);
  if (!held) return unblocked;
  const reset = () => setHeld(undefined);
  const proceed = () => {
    reset();
    held.proceed();
  };
  return { state: "blocked", location: held.location, reset, proceed };
}
