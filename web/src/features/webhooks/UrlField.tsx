import { useEffect, useId, useRef } from "react";
import { t } from "../../i18n/messages";
import styles from "../../shared/Field.module.css";

interface Props {
  url: string;
  change(url: string): void;
  refusal: string | undefined;
}

/** Where events are sent to, with what the server refused about it. */
export function UrlField({ url, change, refusal }: Props) {
  const [field, message, hint] = [useId(), useId(), useId()];
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refusal !== undefined) input.current?.focus();
  }, [refusal]);
  return (
    <div>
      <label htmlFor={field} className={styles.label}>
        {t("webhooks.url.label")}
      </label>
      <input
        ref={input}
        id={field}
        className={styles.field}
        value={url}
        inputMode="url"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={refusal !== undefined}
        aria-describedby={refusal === undefined ? hint : message}
        onChange={(event) => change(event.target.value)}
      />
      <p id={hint} className={styles.hint}>
        {t("webhooks.url.hint")}
      </p>
      <p id={message} role="alert" className={styles.refusal}>
        {refusal}
      </p>
    </div>
  );
}
