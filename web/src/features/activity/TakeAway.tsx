import { useState } from "react";
import type { RecordFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import styles from "./TakeAway.module.css";

/** Copies and downloads the record, every digit as it was. */
export function TakeAway({ record }: { record: RecordFragment }) {
  const [said, say] = useState("");
  const text = () => JSON.stringify(plain(record), null, 2);
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

const values = new Set(["before", "after"]);

/** Without the type names that the page asks for; inside values nothing is left out. */
function plain(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(plain);
  if (part === null || typeof part !== "object") return part;
  const members = Object.entries(part).filter(([name]) => name !== "__typename");
  return Object.fromEntries(members.map(([name, inside]) => [name, values.has(name) ? inside : plain(inside)]));
}

function download(name: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
