import type { ReactNode } from "react";
import styles from "./Page.module.css";

interface Props {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: its title in the window and on top, and what is below. */
export function Page({ title, actions, children }: Props) {
  return (
    <div className={styles.page}>
      <title>{`${title} · TikTok`}</title>
      <header className={styles.head}>
        <h1 tabIndex={-1}>{title}</h1>
        {actions}
      </header>
      {children}
    </div>
  );
}
