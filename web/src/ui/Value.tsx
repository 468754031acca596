import type { Json } from "../json";
import { few, lines } from "./lines";
import styles from "./Value.module.css";

/** A setting's value; null stands for a setting that does not exist. */
export function Value({ value }: { value: Json }) {
  return value === null ? <span className={styles.none}>Not set</span> : <Lines of={lines(value)} />;
}

/** Lines one below the other; many can be opened and closed. */
export function Lines({ of, shared = 0 }: { of: string[]; shared?: number }) {
  if (of.length + shared === 0) return <span className={styles.none}>None</span>;
  return (
    <>
      {of.length > 0 && <List of={of.slice(0, few)} />}
      {of.length > few && (
        <details className={styles.more}>
          <summary>{of.length - few} more</summary>
          <List of={of.slice(few)} />
        </details>
      )}
      {shared > 0 && <p className={styles.none}>{shared} the same</p>}
    </>
  );
}

function List({ of }: { of: string[] }) {
  if (of.length === 1) return <span className={styles.lines}>{of[0]}</span>;
  return (
    <ul className={styles.lines}>
      {of.map((line, place) => (
        <li key={place}>{line}</li>
      ))}
    </ul>
  );
}
