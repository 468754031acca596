import { useState } from "react";
import { flushSync } from "react-dom";
import type { HandoffItemFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { Button } from "../../ui/Button";
import { useHandoffPages } from "./useHandoffPages";

interface Props {
  id: string;
  /** Shows all open orders, on paper only. */
  show(items: HandoffItemFragment[]): void;
}

/** Prints the record with all of its open orders, which the page shows some at a time. */
export function PrintRecord({ id, show }: Props) {
  const [busy, setBusy] = useState(false);
  const [status, setStatus] = useState("");
  const readPages = useHandoffPages();

  async function printAll() {
    setBusy(true);
    setStatus("");
    const items: HandoffItemFragment[] = [];
    try {
      for await (const page of readPages(id)) items.push(...page);
      flushSync(() => show(items));
      print();
    } catch {
      setStatus(t("disconnection.handoff.unreadable"));
    }
    setBusy(false);
  }

  return (
    <>
      <Button busy={busy} onClick={printAll}>
        {t("disconnection.print")}
      </Button>
      {status && <span role="status">{status}</span>}
    </>
  );
}
