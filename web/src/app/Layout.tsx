import { useEffect } from "react";
import { NavLink, Outlet, useLocation } from "react-router";
import { useQuery } from "urql";
import { NoticeBanner } from "../features/notice";
import { TransitionBanner } from "../features/transitions/TransitionBanner";
import { TransitionsProvider } from "../features/transitions/TransitionsProvider";
import { LeaveGuard } from "../features/unsaved";
import { graphql } from "../gql";
import { ErrorBoundary } from "./ErrorBoundary";
import styles from "./Layout.module.css";
import { pageOf, useFocusOnNavigation } from "./useFocusOnNavigation";

const StoreQuery = graphql(`
  query Store {
    store {
      id
      name
      domain
    }
  }
`);

/** Whether what answers for the platforms stands in for them; web/admin.go puts it into the page. */
const sandboxed = document.querySelector('meta[name="sandbox"]') !== null;

/** The layout of every page: the app's name, the store's, and the navigation. */
export function Layout() {
  const [{ data, error, fetching }, refetch] = useQuery({ query: StoreQuery, requestPolicy: "cache-first" });
  useFocusOnNavigation();
  const { key, pathname } = useLocation();
  // A failed query is retried on navigation
  useEffect(() => {
    if (error && !fetching) refetch();
  }, [key]);
  return (
    <TransitionsProvider>
      {sandboxed && (
        <p role="note" className={styles.sandbox}>
          Sandbox: nothing is read from or written to a real store.
        </p>
      )}
      <header className={styles.bar}>
        <p className={styles.app}>TikTok</p>
        <nav aria-label="Pages" className={styles.pages}>
          <NavLink to="/" end>
            Overview
          </NavLink>
          <NavLink to="/settings">Settings</NavLink>
          <NavLink to="/activity">Activity</NavLink>
          <NavLink to="/api-keys">API keys</NavLink>
        </nav>
        <p className={styles.store} title={data?.store.domain}>
          {data?.store.name}
        </p>
      </header>
      <main>
        <NoticeBanner />
        <TransitionBanner />
        <ErrorBoundary key={pageOf(pathname)}>
          <Outlet />
        </ErrorBoundary>
      </main>
      <LeaveGuard />
    </TransitionsProvider>
  );
}
