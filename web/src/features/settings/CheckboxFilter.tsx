import { type KeyboardEvent, useId } from "react";
import { t } from "../../i18n/messages";
import field from "../../shared/Field.module.css";
import { Button } from "../../ui/Button";
import styles from "./CheckboxGroup.module.css";

interface Props {
  /** The setting's title. */
  title: string;
  query: string;
  setQuery(query: string): void;
  checks: { [member: string]: boolean };
  /** What is looked for; undefined when nothing is. */
  found: string[] | undefined;
  /** How many names are not known yet, by which more may be found. */
  unread: number;
  /** Ticks, or unticks, all that was found. */
  tick(on: boolean): void;
}

/** The field that checkboxes are found by, how many there are, and the buttons that tick and untick all of them. */
export function CheckboxFilter({ title, query, setQuery, checks, found, unread, tick }: Props) {
  const id = useId();
  const members = found ?? Object.keys(checks);
  const on = members.filter((member) => checks[member]).length;
  return (
    <>
      <input
        type="search"
        className={field.field}
        aria-label={t("settings.picker.search", { title })}
        aria-describedby={id}
        placeholder={t("settings.picker.search", { title })}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={keepInField}
      />
      <p id={id} role="status" className={styles.status}>
        {[
          ...(found ? [t("settings.picker.found", { count: found.length })] : []),
          ...(members.length > 0 ? [t("settings.picker.ticked", { on, count: members.length })] : []),
          ...(unread > 0 ? [t("settings.picker.unread", { count: unread })] : []),
        ].join(" ")}
      </p>
      {members.length > 0 && (
        <div className={styles.actions}>
          <Button onClick={() => tick(true)}>{t("settings.picker.allOn", { count: members.length })}</Button>
          <Button onClick={() => tick(false)}>{t("settings.picker.allOff", { count: members.length })}</Button>
        </div>
      )}
    </>
  );
}

/** Enter looks for something, and Escape empties the field: neither saves nor closes what the field stands in. */
function keepInField(event: KeyboardEvent<HTMLInputElement>) {
  if (event.key === "Enter") event.preventDefault();
  if (event.key === "Escape" && event.currentTarget.value !== "") event.stopPropagation();
}
