import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

/** Moves the focus to the title of a page that was gone to within the app, as a browser does between pages. */
export function useFocusOnNavigation() {
  const { pathname, search } = useLocation();
  const page = pageOf(pathname) + search;
  const last = useRef(page);
  useEffect(() => {
    if (last.current === page) return;
    last.current = page;
    window.scrollTo(0, 0);
    document.querySelector("h1")?.focus();
  }, [page]);
}

const pagesWithDialogs = /^\/(settings|api-keys|webhook-endpoints(\/webhook_[^/]+)?|activity\/disconnections\/[^/]+)/;

/** Dialogs have addresses below their page's. */
export function pageOf(pathname: string): string {
  return pagesWithDialogs.exec(pathname)?.[0] ?? pathname;
}
