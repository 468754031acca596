import { useEffect, useId, useRef } from "react";
import styles from "./Field.module.css";

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
        Name
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
        The partner's program, as the activity is to name it.
      </p>
      <p id={message} role="alert" className={styles.refusal}>
        {refusal}
      </p>
    </div>
  );
}
