import { useEffect, useId, useRef } from "react";
import { t } from "../../i18n/messages";
import styles from "../../shared/Field.module.css";

interface Props {
  name: string;
  change(name: string): void;
  refusal: string | undefined;
}

/** What the key is called, with what the server refused about it. */
export function NameField({ name, change, refusal }: Props) {
  const [field, message, hint] = [useId(), useId(), useId()];
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refusal !== undefined) input.current?.focus();
  }, [refusal]);
  return (
    <div>
      <label htmlFor={field} className={styles.label}>
        {t("apikeys.name.label")}
      </label>
      <input
        ref={input}
        id={field}
        className={styles.field}
        value={name}
        autoComplete="off"
        aria-invalid={refusal !== undefined}
        aria-describedby={refusal === undefined ? hint : message}
        onChange={(event) => change(event.target.value)}
      />
      <p id={hint} className={styles.hint}>
        {t("apikeys.name.hint")}
      </p>
      <p id={message} role="alert" className={styles.refusal}>
        {refusal}
      </p>
    </div>
  );
}
