import type { ReactNode } from "react";
import styles from "./Fold.module.css";

interface Props {
  /** What is folded, in a line. */
  title: string;
  open?: boolean;
  children: ReactNode;
}

/** A list that takes a line until it is opened. */
export function Fold({ title, open = false, children }: Props) {
  return (
    <details className={styles.fold} open={open}>
      <summary>{title}</summary>
      <div className={styles.content}>{children}</div>
    </details>
  );
}
