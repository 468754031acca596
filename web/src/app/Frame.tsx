import { useEffect } from "react";
import { NavLink, Outlet, useLocation } from "react-router";
import { useQuery } from "urql";
import { LastNotice } from "../features/notice";
import { graphql } from "../gql";
import { Boundary } from "./Boundary";
import styles from "./Frame.module.css";
import { pageOf, useFocusOnNewPage } from "./useFocusOnNewPage";

const StoreQuery = graphql(`
  query Store {
    store {
      id
      name
      domain
    }
  }
`);

/** What is round every page: the app's name, the store's, and the way to the pages. */
export function Frame() {
  const [{ data, error, fetching }, ask] = useQuery({ query: StoreQuery, requestPolicy: "cache-first" });
  useFocusOnNewPage();
  const { key, pathname } = useLocation();
  // What failed is asked for again with each page
  useEffect(() => {
    if (error && !fetching) ask();
  }, [key]);
  return (
    <>
      <header className={styles.bar}>
        <p className={styles.app}>TikTok</p>
        <nav aria-label="Pages" className={styles.pages}>
          <NavLink to="/" end>
            Overview
          </NavLink>
          <NavLink to="/settings">Settings</NavLink>
          <NavLink to="/activity">Activity</NavLink>
        </nav>
        <p className={styles.store} title={data?.store.domain}>
          {data?.store.name}
        </p>
      </header>
      <main>
        <LastNotice />
        <Boundary key={pageOf(pathname)}>
          <Outlet />
        </Boundary>
      </main>
    </>
  );
}
