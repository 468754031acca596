import { useId } from "react";
import { t } from "../../i18n/messages";
import styles from "./SettingsSearch.module.css";

interface Props {
  query: string;
  setQuery(query: string): void;
  /** Only what was changed; undefined when nothing is connected that it could have been changed since. */
  onlyChanged: boolean | undefined;
  setOnlyChanged(only: boolean): void;
  /** How many were changed. */
  changed: number;
  /** What was found, in words; empty when nothing is looked for. */
  found: string;
}

/** The field and the filter that settings are found by, with how many were found. */
export function SettingsSearch({ query, setQuery, onlyChanged, setOnlyChanged, changed, found }: Props) {
  const id = useId();
  return (
    <search className={styles.search}>
      <input
        type="search"
        className={styles.field}
        aria-label={t("settings.search.label")}
        aria-describedby={id}
        placeholder={t("settings.search.label")}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {onlyChanged !== undefined && (
        <label className={styles.filter}>
          <input type="checkbox" checked={onlyChanged} onChange={(event) => setOnlyChanged(event.target.checked)} />
          {t("settings.search.changedSince", { count: changed })}
        </label>
      )}
      <p id={id} role="status" className={styles.found}>
        {found}
      </p>
    </search>
  );
}
