import { useState } from "react";
import type { HandoffItemFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { download } from "../../shared/download";
import { Button } from "../../ui/Button";
import { toCSV } from "./csv";
import styles from "./Handoff.module.css";
import { useHandoffPages } from "./useHandoffPages";

/** Downloads the whole list as CSV. */
export function DownloadHandoff({ id }: { id: string }) {
  const [busy, setBusy] = useState(false);
  const [status, setStatus] = useState("");
  const readPages = useHandoffPages();

  async function save() {
    setBusy(true);
    setStatus("");
    const items: HandoffItemFragment[] = [];
    try {
      for await (const page of readPages(id)) items.push(...page);
      download("open-orders.csv", toCSV(items), "text/csv");
    } catch {
      setStatus(t("disconnection.handoff.unreadable"));
    }
    setBusy(false);
  }

  return (
    <div className={styles.actions}>
      <span role="status">{status}</span>
      <Button busy={busy} onClick={save}>
        {t("disconnection.handoff.download")}
      </Button>
    </div>
  );
}
