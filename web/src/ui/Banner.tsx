import type { ReactNode } from "react";
import styles from "./Banner.module.css";

interface Props {
  tone: "success" | "critical" | "attention" | "info";
  title: string;
  children?: ReactNode;
}

const urgent = new Set(["critical", "attention"]);

/** A message in a box, announced by screen readers. */
export function Banner({ tone, title, children }: Props) {
  return (
    <div role={urgent.has(tone) ? "alert" : "status"} className={`${styles.banner} ${styles[tone]}`}>
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}
