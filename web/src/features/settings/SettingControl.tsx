import { useEffect, useId, useRef } from "react";
import type { SettingFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { titleOf } from "../../shared/values/titleOf";
import { unitOf } from "../../shared/values/words";
import { CheckboxGroup } from "./CheckboxGroup";
import { controlKindOf, optionsOf } from "./draft";
import { MemberFields } from "./MemberFields";
import { fieldsOf } from "./members";
import { PairList } from "./PairList";
import type { Problem } from "./problem";
import styles from "./SettingControl.module.css";

interface Props {
  setting: SettingFragment;
  draft: string;
  change(draft: string): void;
  /** What is wrong, as was found when it was saved. */
  problem: Problem | undefined;
  /** Says what the browser has found in a field. */
  report(problem: Problem): void;
}

/** The control for a setting's value, with what is wrong with it. */
export function SettingControl({ setting, draft, change, problem, report }: Props) {
  const errorId = useId();
  const unitId = useId();
  const control = useRef<HTMLElement>(null);
  // A problem brings the focus back, to the field that it is about where there are several.
  useEffect(() => focusOn(control.current, problem?.field), [problem]);
  const kind = controlKindOf(setting);
  const unit = kind === "number" ? unitOf(setting.key) : undefined;
  const whole = problem !== undefined && problem.field === undefined;
  const attributes = {
    ref: control as never,
    className: styles.field,
    value: draft,
    "aria-label": titleOf(setting),
    "aria-invalid": whole,
    "aria-describedby": whole ? errorId : unit && unitId,
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
      {kind === "members" && (
        <MemberFields
          {...attributes}
          name={setting.key}
          fields={fieldsOf(setting.key, setting.value)}
          change={change}
          problem={problem}
          report={report}
        />
      )}
      {kind === "pairs" && <PairList {...attributes} change={change} problem={problem} />}
      {kind === "lines" && <textarea {...attributes} rows={Math.min(draft.split("\n").length + 1, 12)} />}
      {(kind === "text" || kind === "number") && (
        <div className={styles.line}>
          <input {...attributes} inputMode={kind === "number" ? "decimal" : "text"} />
          {unit && (
            <span id={unitId} className={styles.unit}>
              {unit}
            </span>
          )}
        </div>
      )}
      {kind === "lines" && <p className={styles.hint}>{t("settings.editor.oneALine")}</p>}
      {problem?.field === undefined && (
        <p id={errorId} role="alert" className={styles.refusal}>
          {problem?.message}
        </p>
      )}
    </div>
  );
}

function focusOn(control: HTMLElement | null, name: string | undefined) {
  const field = control instanceof HTMLFieldSetElement && name ? control.elements.namedItem(name) : control;
  if (field instanceof HTMLElement) field.focus();
}
