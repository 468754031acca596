import styles from "./Badge.module.css";

export type Tone = "neutral" | "success" | "attention";

/** A status in a word. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: string }) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>;
}
