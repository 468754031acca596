import type { ReactNode } from "react";
import { unstable_HistoryRouter as Router } from "react-router";
import type { GuardedHistory } from "./guardedHistory";
import { HistoryContext } from "./useBlocker";

/** The addresses of the app. */
export function HistoryRouter({ history, children }: { history: GuardedHistory; children: ReactNode }) {
  return (
    <HistoryContext value={history}>
      <Router history={history}>{children}</Router>
    </HistoryContext>
  );
}
