import type { Json } from "../json";
import { formatValue, maxLines } from "./formatValue";
import styles from "./Value.module.css";

/** A setting's value; null stands for a setting that does not exist. */
export function Value({ value }: { value: Json }) {
  return value === null ? <span className={styles.empty}>Not set</span> : <Lines lines={formatValue(value)} />;
}

/** Lines one below the other; many can be opened and closed. */
export function Lines({ lines, unchanged = 0 }: { lines: string[]; unchanged?: number }) {
  if (lines.length + unchanged === 0) return <span className={styles.empty}>None</span>;
  return (
    <>
      {lines.length > 0 && <List lines={lines.slice(0, maxLines)} />}
      {lines.length > maxLines && (
        <details className={styles.more}>
          <summary>{lines.length - maxLines} more</summary>
          <List lines={lines.slice(maxLines)} />
        </details>
      )}
      {unchanged > 0 && <p className={styles.empty}>{unchanged} the same</p>}
    </>
  );
}

function List({ lines }: { lines: string[] }) {
  if (lines.length === 1) return <span className={styles.lines}>{lines[0]}</span>;
  return (
    <ul className={styles.lines}>
      {lines.map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}
