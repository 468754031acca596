import { useEffect, useId, useRef } from "react";
import type { SettingFragment } from "../../gql/graphql";
import { Checks } from "./Checks";
import styles from "./Control.module.css";
import { choicesOf, formOf } from "./draft";

interface Props {
  setting: SettingFragment;
  draft: string;
  change(draft: string): void;
  refusal: string | undefined;
}

/** The control for a setting's value, with what the server refused about it. */
export function Control({ setting, draft, change, refusal }: Props) {
  const told = useId();
  const field = useRef<HTMLElement>(null);
  // A refusal brings the focus back.
  useEffect(() => {
    field.current?.focus();
  }, [refusal]);
  const form = formOf(setting);
  const attributes = {
    ref: field as never,
    className: styles.field,
    value: draft,
    "aria-label": setting.definition?.description ?? setting.key,
    "aria-invalid": refusal !== undefined,
    "aria-describedby": refusal === undefined ? undefined : told,
    onChange: (event: { target: { value: string } }) => change(event.target.value),
  };
  return (
    <div>
      {form === "choice" && (
        <select {...attributes}>
          {choicesOf(setting).map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
      {form === "checks" && <Checks {...attributes} change={change} />}
      {(form === "lines" || form === "json") && (
        <textarea {...attributes} rows={Math.min(draft.split("\n").length + 1, 12)} />
      )}
      {(form === "text" || form === "number") && (
        <input {...attributes} inputMode={form === "number" ? "decimal" : "text"} />
      )}
      {form === "lines" && <p className={styles.hint}>One a line.</p>}
      <p id={told} role="alert" className={styles.refusal}>
        {refusal}
      </p>
    </div>
  );
}
