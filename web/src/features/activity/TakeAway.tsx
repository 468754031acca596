import { useState } from "react";
import type { RecordFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import styles from "./TakeAway.module.css";

/** Copies and downloads the record, every digit as it was. */
export function TakeAway({ record }: { record: RecordFragment }) {
  const [said, say] = useState("");
  const text = () => JSON.stringify(record, null, 2);
  async function copy() {
    say("");
    await navigator.clipboard.writeText(text()).then(
      () => say("Copied."),
      () => say("The browser does not allow copying here; download it instead."),
    );
  }
  return (
    <div className={styles.ways}>
      <span role="status">{said}</span>
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
