import { useEffect, useId, useRef } from "react";
import styles from "./ConsentCheckbox.module.css";

interface Props {
  agreed: boolean;
  setAgreed(agreed: boolean): void;
  /** The server's refusal of an unconfirmed call. */
  refusal: string | undefined;
}

/** The checkbox that confirms the disconnect: without it the server refuses. */
export function ConsentCheckbox({ agreed, setAgreed, refusal }: Props) {
  const errorId = useId();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refusal !== undefined) box.current?.focus();
  }, [refusal]);
  return (
    <div className={styles.container}>
      <label className={styles.consent}>
        <input
          ref={box}
          type="checkbox"
          checked={agreed}
          aria-invalid={refusal !== undefined}
          aria-describedby={refusal === undefined ? undefined : errorId}
          onChange={(event) => setAgreed(event.target.checked)}
        />
        I have read this and want to disconnect.
      </label>
      <p id={errorId} role="alert" className={styles.refusal}>
        {!agreed && refusal}
      </p>
    </div>
  );
}
