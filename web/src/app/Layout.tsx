import { Suspense, useEffect } from "react";
import { Outlet, useLocation } from "react-router";
import { useQuery } from "urql";
import { ConsentNotice } from "../features/connect/ConsentNotice";
import { graphql } from "../gql";
import { t } from "../i18n/messages";
import { NoticeBanner } from "../shared/notice";
import { TransitionBanner } from "../shared/transitions/TransitionBanner";
import { TransitionsProvider } from "../shared/transitions/TransitionsProvider";
import { LeaveGuard } from "../shared/unsaved";
import { Loading } from "../ui/Loading";
import { ErrorBoundary } from "./ErrorBoundary";
import styles from "./Layout.module.css";
import { Navigation } from "./Navigation";
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
        <aside className={styles.sandbox}>
          <p role="note">{t("app.sandbox")}</p>
        </aside>
      )}
      <Navigation store={data?.store} />
      <main>
        <ConsentNotice />
        <NoticeBanner />
        <TransitionBanner />
        <Suspense fallback={<Loading />}>
          <ErrorBoundary key={pageOf(pathname)}>
            <Outlet />
          </ErrorBoundary>
        </Suspense>
      </main>
      <LeaveGuard />
    </TransitionsProvider>
  );
}
