import { useState } from "react";
import type { RecordFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import styles from "./ExportRecord.module.css";

/** Exports the record as JSON, copied or downloaded, with the exact digits of numbers. */
export function ExportRecord({ record }: { record: RecordFragment }) {
  const [status, setStatus] = useState("");
  const text = () => JSON.stringify(record, null, 2);
  async function copy() {
    setStatus("");
    await navigator.clipboard.writeText(text()).then(
      () => setStatus("Copied."),
      () => setStatus("The browser does not allow copying here; download it instead."),
    );
  }
  return (
    <div className={styles.actions}>
      <span role="status">{status}</span>
      <Button onClick={copy}>Copy as JSON</Button>
      <Button onClick={() => download(`disconnection-${record.disconnectedAt.slice(0, 10)}.json`, text())}>
        Download JSON
      </Button>
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
