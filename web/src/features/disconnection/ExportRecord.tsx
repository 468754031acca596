import { useState } from "react";
import { useClient } from "urql";
import { graphql } from "../../gql";
import type { RecordFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { download } from "../../shared/download";
import { isLong } from "../../shared/values/LongValue";
import { useLongChange } from "../../shared/values/useLongValues";
import { Button } from "../../ui/Button";
import styles from "./ExportRecord.module.css";

const SnapshotQuery = graphql(`
  query RestoredSnapshot($id: ID!) {
    disconnection(id: $id) {
      id
      restoration {
        snapshot {
          settings {
            key
            scope
            value
          }
        }
      }
    }
  }
`);

/** Exports the record as JSON, copied or downloaded, with the exact digits of numbers, and all that its digest is computed of. */
export function ExportRecord({ record }: { record: RecordFragment }) {
  const [status, setStatus] = useState("");
  const readChange = useLongChange();
  const client = useClient();

  /** The record with its long values, which are read one after the other. */
  async function text(): Promise<string | undefined> {
    setStatus("");
    const { data } = await client.query(SnapshotQuery, { id: record.id }, { requestPolicy: "network-only" });
    if (!data?.disconnection) return void setStatus(t("disconnection.record.unreadable"));
    const { snapshot } = data.disconnection.restoration;
    const changes: unknown[] = [];
    for (const { beforeBytes, afterBytes, ...change } of record.restoration.changes) {
      const long = isLong(change.before, beforeBytes) || isLong(change.after, afterBytes);
      const whole = long ? await readChange(record.id, change.key) : change;
      if (!whole) return void setStatus(t("disconnection.record.longUnreadable"));
      changes.push({ ...change, before: whole.before, after: whole.after });
    }
    const { progress, ...rest } = record; // of the moment, which is no part of a record
    const { orderManagement, ...account } = record.account; // likewise
    return JSON.stringify({ ...rest, account, restoration: { ...record.restoration, snapshot, changes } }, null, 2);
  }

  async function copy() {
    const whole = await text();
    if (whole === undefined) return;
    await navigator.clipboard.writeText(whole).then(
      () => setStatus(t("ui.copied")),
      () => setStatus(t("disconnection.record.copyRefused")),
    );
  }
  async function save() {
    const whole = await text();
    if (whole !== undefined)
      download(`disconnection-${record.disconnectedAt.slice(0, 10)}.json`, whole, "application/json");
  }

  return (
    <div className={styles.actions}>
      <span role="status">{status}</span>
      <Button onClick={copy}>{t("disconnection.record.copy")}</Button>
      <Button onClick={save}>{t("disconnection.record.download")}</Button>
    </div>
  );
}
