import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { saveBar } from "../api/appBridge";
import { t } from "../i18n/messages";
import { Button } from "../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../ui/Dialog";
import { useBlocker } from "./navigation/useBlocker";
import { type Draft, UnsavedEdits } from "./unsavedEdits";
import { useSaveBarQuestion } from "./useSaveBarQuestion";

const Edits = createContext(new UnsavedEdits());
const Stays = createContext(0);
const Stay = createContext(() => {});

export function UnsavedProvider({ children }: { children: ReactNode }) {
  const [edits] = useState(() => new UnsavedEdits());
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

/** What is unsaved and can be saved from elsewhere than where it was typed. */
export function useDrafts(): readonly Draft[] {
  const edits = useContext(Edits);
  return useSyncExternalStore(edits.subscribe, () => edits.drafts);
}

/**
 * Asks before something vanishes: by another page of the app, by a reload, or with the window. It is lost on the way to an address that
 * does not begin with the place.
 */
export function useUnsaved(unsaved: boolean, place: string, warning: string, draft?: Draft) {
  const id = useId();
  const edits = useContext(Edits);
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });
  const isDraft = draft !== undefined;
  useEffect(() => {
    if (!unsaved) return;
    let given = false; // what is saved or given up is not saved once more
    const own: Draft = {
      save: async () => (given ? undefined : latest.current?.save()),
      discard: () => latest.current?.discard(),
    };
    edits.set(id, { place, warning, draft: isDraft ? own : undefined });
    window.addEventListener("beforeunload", ask);
    return () => {
      given = true;
      edits.delete(id);
      window.removeEventListener("beforeunload", ask);
    };
  }, [edits, id, unsaved, place, warning, isDraft]);
}

/** The browser asks in its own words. */
function ask(event: Event) {
  event.preventDefault();
}

/**
 * The question before something is lost; there is one of it round all pages. Where the Shopify admin has its save bar, it asks; elsewhere
 * the app itself.
 */
export function LeaveGuard() {
  const edits = useContext(Edits);
  const tell = useContext(Stay);
  const drafts = useDrafts();
  const barIsShown = () => edits.drafts.length > 0 && saveBar() !== undefined;
  // The admin takes any way to another address for leaving while its bar is shown.
  const blocker = useBlocker(({ nextLocation }) => edits.lost(nextLocation.pathname) !== undefined || barIsShown());
  const lost = blocker.state === "blocked" ? edits.lost(blocker.location.pathname) : undefined;
  const bar = lost === undefined || lost.draft ? saveBar() : undefined;
  useSaveBarQuestion(bar, blocker, lost !== undefined, drafts.length > 0);
  if (blocker.state !== "blocked" || bar) return null;
  const stay = () => {
    blocker.reset();
    tell();
  };
  return (
    <Dialog title={t("shared.leave.title")} onClose={stay}>
      <DialogBody>
        <p>{lost?.warning}</p>
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
