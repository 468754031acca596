import { UNSAFE_createBrowserHistory as createBrowserHistory, parsePath, type To } from "react-router";

export type BrowserHistory = ReturnType<typeof createBrowserHistory>;

/** A way to another address that was not gone yet, because something would be lost on it. */
export interface HeldNavigation {
  location: { pathname: string; key: string };
  /** Goes there after all. */
  proceed(): void;
}

/** Whether the way to a path is to be held. */
export type Holds = (pathname: string) => boolean;

export interface GuardedHistory extends BrowserHistory {
  /** Has navigations asked about, and told of when they are held; returns how to end that. One at a time. */
  guard(holds: Holds, held: (navigation: HeldNavigation) => void): () => void;
}

/**
 * A history whose navigations within the app can be held, those by the browser's own buttons, too. The router with data and actions
 * can do that, but is 15 kB more of each first visit.
 */
export function guardedHistory(history = createBrowserHistory({ v5Compat: true })): GuardedHistory {
  let holds: Holds = () => false;
  let hold: (navigation: HeldNavigation) => void = () => {};
  let held = 0;
  const told: ("back" | "on")[] = []; // where the browser was told to go here, and has not gone yet
  let returned = () => {};

  function unlessHeld(to: To, go: () => void) {
    const { pathname = history.location.pathname } = typeof to === "string" ? parsePath(to) : to;
    if (holds(pathname)) hold({ location: { pathname, key: `held ${++held}` }, proceed: go });
    else go();
  }

  function listen(listener: Parameters<BrowserHistory["listen"]>[0]) {
    return history.listen((update) => {
      const { action, delta, location } = update;
      const way = action === "POP" ? told.shift() : undefined;
      if (way === "back") return returned();
      if (action !== "POP" || !delta || way === "on" || !holds(location.pathname)) return listener(update);
      const go = (where: "back" | "on") => {
        told.push(where);
        history.go(where === "back" ? -delta : delta);
      };
      // The browser is there already, and goes back; of two ways at once it would go the last one alone.
      const back = new Promise<void>((resolve) => {
        returned = resolve;
      });
      go("back");
      hold({ location, proceed: () => void back.then(() => go("on")) });
    });
  }

  return {
    ...history,
    get action() {
      return history.action;
    },
    get location() {
      return history.location;
    },
    push: (to, state) => unlessHeld(to, () => history.push(to, state)),
    replace: (to, state) => unlessHeld(to, () => history.replace(to, state)),
    listen,
    guard(asked, tell) {
      [holds, hold] = [asked, tell];
      return () => {
        [holds, hold] = [() => false, () => {}];
      };
    },
  };
}
