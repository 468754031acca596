import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { t } from "../../i18n/messages";
import { Button } from "../../ui/Button";
import { useHandoffPages } from "./useHandoffPages";
import type { Paper } from "./usePaper";

interface Props {
  id: string;
  /** How many open orders there is room for. */
  room: number;
  /** Shows open orders, on paper only. */
  show(paper: Paper): void;
}

/** Prints the record on a sheet, with as many of its open orders as that has room for: more than the page shows at a time. */
export function PrintRecord({ id, room, show }: Props) {
  const [busy, setBusy] = useState(false);
  const [cut, setCut] = useState(false);
  const readPaper = useReadPaper();
  const isShown = useIsShown();

  async function printSheet() {
    setBusy(true);
    setCut(false);
    const paper = await readPaper(id, room);
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
      <Button busy={busy} onClick={printSheet}>
        {t(busy ? "disconnection.readingToPrint" : "disconnection.print")}
      </Button>
      {cut && (
        <>
          <span role="status">{t("disconnection.handoff.cutOnPaper")}</span>
          <Button onClick={printSheet}>{t("disconnection.printAgain")}</Button>
        </>
      )}
    </>
  );
}

/** Reads the orders with the nearest deadlines, or none: that they cannot be read is no reason to print nothing. */
function useReadPaper() {
  const readPages = useHandoffPages();
  return async (id: string, room: number): Promise<Paper> => {
    try {
      const first = await readPages(id).next();
      return { items: (first.value ?? []).slice(0, room), cut: false };
    } catch {
      return { items: [], cut: true };
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
