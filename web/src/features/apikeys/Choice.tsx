import { useId } from "react";
import { t } from "../../i18n/messages";
import styles from "../../shared/Field.module.css";
import type { Span } from "./spans";

interface Props {
  label: string;
  spans: Span[];
  chosen: Span;
  choose(span: Span): void;
}

/** One of some spans of time. */
export function Choice({ label, spans, chosen, choose }: Props) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <select
        id={id}
        className={styles.field}
        value={chosen.name}
        onChange={(event) => choose(spans.find(({ name }) => name === event.target.value) ?? chosen)}
      >
        {spans.map(({ name }) => (
          <option key={name} value={name}>
            {t(`apikeys.spans.${name}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
