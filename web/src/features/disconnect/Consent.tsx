import { useEffect, useId, useRef } from "react";
import styles from "./Consent.module.css";

interface Props {
  agreed: boolean;
  agree(yes: boolean): void;
  /** The server's, of a call that was not confirmed. */
  refusal: string | undefined;
}

/** The deliberate part: without it the server refuses. */
export function Consent({ agreed, agree, refusal }: Props) {
  const told = useId();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refusal !== undefined) box.current?.focus();
  }, [refusal]);
  return (
    <div className={styles.place}>
      <label className={styles.consent}>
        <input
          ref={box}
          type="checkbox"
          checked={agreed}
          aria-invalid={refusal !== undefined}
          aria-describedby={refusal === undefined ? undefined : told}
          onChange={(event) => agree(event.target.checked)}
        />
        I have read this and want to disconnect.
      </label>
      <p id={told} role="alert" className={styles.refusal}>
        {!agreed && refusal}
      </p>
    </div>
  );
}
