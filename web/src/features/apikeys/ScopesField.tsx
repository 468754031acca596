import { useEffect, useId, useRef } from "react";
import type { ApiKeyScope } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import styles from "../../shared/Field.module.css";
import { allScopes, scopeName } from "./scopes";

interface Props {
  scopes: ApiKeyScope[];
  change(scopes: ApiKeyScope[]): void;
  refusal: string | undefined;
}

/** What the key may do, with what the server refused about it. */
export function ScopesField({ scopes, change, refusal }: Props) {
  const message = useId();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refusal !== undefined) first.current?.focus();
  }, [refusal]);
  return (
    <fieldset className={styles.scopes} aria-describedby={refusal === undefined ? undefined : message}>
      <legend className={styles.label}>{t("apikeys.scopes.label")}</legend>
      {allScopes.map((scope) => (
        <label key={scope} className={styles.scope}>
          <input
            ref={scope === allScopes[0] ? first : undefined}
            type="checkbox"
            checked={scopes.includes(scope)}
            onChange={({ target }) =>
              change(target.checked ? [...scopes, scope] : scopes.filter((other) => other !== scope))
            }
          />
          {scopeName(scope)}
        </label>
      ))}
      <p id={message} role="alert" className={styles.refusal}>
        {refusal}
      </p>
    </fieldset>
  );
}
