import type { ReactNode } from "react";
import { settingsCount } from "../../shared/settingGroups";
import { Section } from "../../ui/Section";
import styles from "./SettingsGroup.module.css";

interface Props {
  title: string;
  about?: string | undefined;
  /** What is in it can be opened and closed. */
  folded?: boolean | undefined;
  /** Something was looked for: what was found is open. */
  searching: boolean;
  /** How many rows there are. */
  count: number;
  /** No row is among what was looked for. */
  hidden: boolean;
  children: ReactNode;
}

/** The settings that a seller looks for under one word. */
export function SettingsGroup({ title, about, folded, searching, count, hidden, children }: Props) {
  const rows = <ul className={styles.rows}>{children}</ul>;
  return (
    <div hidden={hidden}>
      <Section title={title}>
        {about && <p className={styles.about}>{about}</p>}
        {folded ? (
          <details key={String(searching)} open={searching} className={styles.folded}>
            <summary>{settingsCount(count)}</summary>
            {rows}
          </details>
        ) : (
          rows
        )}
      </Section>
    </div>
  );
}
