import { useEffect, useId, useRef } from "react";
import { t } from "../../i18n/messages";
import { isRepeatedClick } from "../../ui/isRepeatedClick";
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
          onKeyDown={(event) => {
            if (event.key === "Enter" && agreed) event.preventDefault(); // only the button disconnects
          }}
          onChange={(event) => {
            if (!isRepeatedClick(event)) setAgreed(event.target.checked);
          }}
        />
        {t("disconnect.agree")}
      </label>
      <p id={errorId} role="alert" className={styles.refusal}>
        {!agreed && refusal}
      </p>
    </div>
  );
}
