import styles from "./Badge.module.css";

export type Tone = "neutral" | "success" | "attention";

/** A word on how something stands. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: string }) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>;
}
