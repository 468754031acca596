import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { t } from "../../i18n/messages";
import { Button } from "../../ui/Button";
import { useHandoffPages } from "./useHandoffPages";
import type { Paper } from "./usePaper";

interface Props {
  id: string;
  /** Shows all open orders, on paper only. */
  show(paper: Paper): void;
}

/** Prints the record with all of its open orders, which the page shows some at a time. */
export function PrintRecord({ id, show }: Props) {
  const [busy, setBusy] = useState(false);
  const [cut, setCut] = useState(false);
  const readPaper = useReadPaper();
  const isShown = useIsShown();

  async function printAll() {
    setBusy(true);
    setCut(false);
    const paper = await readPaper(id);
    if (!isShown()) return; // another page would be printed
    flushSync(() => {
      show(paper);
      setBusy(false);
      setCut(paper.cut);
    });
    print();
  }

  return (
    <>
      <Button busy={busy} onClick={printAll}>
        {t(busy ? "disconnection.readingToPrint" : "disconnection.print")}
      </Button>
      {cut && (
        <>
          <span role="status">{t("disconnection.handoff.cutOnPaper")}</span>
          <Button onClick={printAll}>{t("disconnection.printAgain")}</Button>
        </>
      )}
    </>
  );
}

/** Reads all open orders, or as many as can be read: a page that cannot be is no reason to print nothing. */
function useReadPaper() {
  const readPages = useHandoffPages();
  return async (id: string): Promise<Paper> => {
    const items: Paper["items"] = [];
    try {
      for await (const page of readPages(id)) items.push(...page);
      return { items, cut: false };
    } catch {
      return { items, cut: true };
    }
  };
}

/** Whether the page is still the one that something was begun on. */
function useIsShown(): () => boolean {
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  return () => shown.current;
}
