import { createContext, type ReactNode, useContext, useEffect, useId, useState } from "react";
import { useBlocker } from "react-router";
import { t } from "../i18n/messages";
import { Button } from "../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../ui/Dialog";

/** Something typed or shown that is nowhere else yet. */
interface Unsaved {
  /** It is lost on the way to an address that does not begin so. */
  place: string;
  /** What to tell who is about to lose it. */
  warning: string;
}

const Edits = createContext(new Map<string, Unsaved>());
const Stays = createContext(0);
const Stay = createContext(() => {});

export function UnsavedProvider({ children }: { children: ReactNode }) {
  const [edits] = useState(() => new Map<string, Unsaved>());
  const [stays, setStays] = useState(0);
  const [stay] = useState(() => () => setStays((times) => times + 1));
  return (
    <Edits value={edits}>
      <Stay value={stay}>
        <Stays value={stays}>{children}</Stays>
      </Stay>
    </Edits>
  );
}

/** How often somebody who was about to leave has stayed. */
export function useStays(): number {
  return useContext(Stays);
}

/** Asks before something vanishes: by another page of the app, by a reload, or with the window. */
export function useUnsaved(unsaved: boolean, place: string, warning: string) {
  const id = useId();
  const edits = useContext(Edits);
  useEffect(() => {
    if (!unsaved) return;
    edits.set(id, { place, warning });
    window.addEventListener("beforeunload", ask);
    return () => {
      edits.delete(id);
      window.removeEventListener("beforeunload", ask);
    };
  }, [edits, id, unsaved, place, warning]);
}

/** The browser asks in its own words. */
function ask(event: Event) {
  event.preventDefault();
}

/** The question of the app itself; there is one of it round all pages. */
export function LeaveGuard() {
  const edits = useContext(Edits);
  const tell = useContext(Stay);
  const lost = (pathname: string) => [...edits.values()].find(({ place }) => !pathname.startsWith(place));
  const blocker = useBlocker(({ nextLocation }) => lost(nextLocation.pathname) !== undefined);
  if (blocker.state !== "blocked") return null;
  const stay = () => {
    blocker.reset();
    tell();
  };
  return (
    <Dialog title={t("shared.leave.title")} onClose={stay}>
      <DialogBody>
        <p>{lost(blocker.location.pathname)?.warning}</p>
      </DialogBody>
      <DialogActions>
        <Button onClick={stay}>{t("shared.leave.stay")}</Button>
        <Button variant="critical" onClick={() => blocker.proceed()}>
          {t("shared.leave.leave")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
