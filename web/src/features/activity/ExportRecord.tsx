import { useState } from "react";
import type { RecordFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import { isLong } from "../settings/LongValue";
import { useLongChange } from "../settings/useLongValues";
import styles from "./ExportRecord.module.css";

/** Exports the record as JSON, copied or downloaded, with the exact digits of numbers. */
export function ExportRecord({ record }: { record: RecordFragment }) {
  const [status, setStatus] = useState("");
  const readChange = useLongChange();

  /** The record with its long values, which are read one after the other. */
  async function text(): Promise<string | undefined> {
    setStatus("");
    const changes: unknown[] = [];
    for (const { beforeBytes, afterBytes, ...change } of record.restoration.changes) {
      const long = isLong(change.before, beforeBytes) || isLong(change.after, afterBytes);
      const whole = long ? await readChange(record.id, change.key) : change;
      if (!whole) return void setStatus("Long values cannot be read now. Try again.");
      changes.push({ ...change, before: whole.before, after: whole.after });
    }
    const { progress, ...rest } = record; // of the moment, which is no part of a record
    return JSON.stringify({ ...rest, restoration: { ...record.restoration, changes } }, null, 2);
  }

  async function copy() {
    const whole = await text();
    if (whole === undefined) return;
    await navigator.clipboard.writeText(whole).then(
      () => setStatus("Copied."),
      () => setStatus("The browser does not allow copying here; download it instead."),
    );
  }
  async function save() {
    const whole = await text();
    if (whole !== undefined) download(`disconnection-${record.disconnectedAt.slice(0, 10)}.json`, whole);
  }

  return (
    <div className={styles.actions}>
      <span role="status">{status}</span>
      <Button onClick={copy}>Copy as JSON</Button>
      <Button onClick={save}>Download JSON</Button>
    </div>
  );
}

function download(name: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
