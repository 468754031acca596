import { useEffect, useId, useRef } from "react";
import type { SettingFragment } from "../../gql/graphql";
import { CheckboxGroup } from "./CheckboxGroup";
import { controlKindOf, optionsOf } from "./draft";
import styles from "./SettingControl.module.css";

interface Props {
  setting: SettingFragment;
  draft: string;
  change(draft: string): void;
  refusal: string | undefined;
}

/** The control for a setting's value, with what the server refused about it. */
export function SettingControl({ setting, draft, change, refusal }: Props) {
  const errorId = useId();
  const field = useRef<HTMLElement>(null);
  // A refusal brings the focus back.
  useEffect(() => {
    field.current?.focus();
  }, [refusal]);
  const kind = controlKindOf(setting);
  const attributes = {
    ref: field as never,
    className: styles.field,
    value: draft,
    "aria-label": setting.definition?.description ?? setting.key,
    "aria-invalid": refusal !== undefined,
    "aria-describedby": refusal === undefined ? undefined : errorId,
    onChange: (event: { target: { value: string } }) => change(event.target.value),
  };
  return (
    <div>
      {kind === "select" && (
        <select {...attributes}>
          {optionsOf(setting).map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
      {kind === "checkboxes" && <CheckboxGroup {...attributes} change={change} />}
      {(kind === "lines" || kind === "json") && (
        <textarea {...attributes} rows={Math.min(draft.split("\n").length + 1, 12)} />
      )}
      {(kind === "text" || kind === "number") && (
        <input {...attributes} inputMode={kind === "number" ? "decimal" : "text"} />
      )}
      {kind === "lines" && <p className={styles.hint}>One a line.</p>}
      <p id={errorId} role="alert" className={styles.refusal}>
        {refusal}
      </p>
    </div>
  );
}
