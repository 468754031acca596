import { useEffect, useId, useRef } from "react";
import type { SettingFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { titleOf } from "../../shared/values/titleOf";
import { unitOf } from "../../shared/values/words";
import { CheckboxGroup } from "./CheckboxGroup";
import { type ControlKind, controlKindOf, optionsOf } from "./draft";
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
  const control = useRef<HTMLElement>(null);
  // A problem brings the focus back, to the field that it is about where there are several.
  useEffect(() => focusOn(control.current, problem?.field), [problem]);
  const kind = controlKindOf(setting);
  const whole = problem !== undefined && problem.field === undefined;
  const attributes = {
    ref: control as never,
    className: styles.field,
    value: draft,
    "aria-label": titleOf(setting),
    "aria-invalid": whole,
    "aria-describedby": whole ? errorId : undefined,
  };
  return (
    <div>
      {isOfOneField(kind) ? (
        <Field {...attributes} setting={setting} kind={kind} onChange={({ target }) => change(target.value)} />
      ) : (
        <Fields {...attributes} setting={setting} kind={kind} change={change} problem={problem} report={report} />
      )}
      {problem?.field === undefined && (
        <p id={errorId} role="alert" className={styles.refusal}>
          {problem?.message}
        </p>
      )}
    </div>
  );
}

interface Attributes {
  ref: never;
  className: string | undefined;
  value: string;
  "aria-label": string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

type FieldKind = "select" | "lines" | "text" | "number";

function isOfOneField(kind: ControlKind | undefined): kind is FieldKind {
  return kind === "select" || kind === "lines" || kind === "text" || kind === "number";
}

interface FieldProps extends Attributes {
  setting: SettingFragment;
  kind: FieldKind;
  onChange(event: { target: { value: string } }): void;
}

/** A control that is one field, with what stands behind or below it. */
function Field({ setting, kind, ...attributes }: FieldProps) {
  const unitId = useId();
  if (kind === "select") {
    return (
      <select {...attributes}>
        {optionsOf(setting).map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    );
  }
  if (kind === "lines") {
    return (
      <>
        <textarea {...attributes} rows={Math.min(attributes.value.split("\n").length + 1, 12)} />
        <p className={styles.hint}>{t("settings.editor.oneALine")}</p>
      </>
    );
  }
  const unit = kind === "number" ? unitOf(setting.key) : undefined;
  const describedBy = attributes["aria-describedby"] ?? (unit && unitId);
  return (
    <div className={styles.line}>
      <input {...attributes} aria-describedby={describedBy} inputMode={kind === "number" ? "decimal" : "text"} />
      {unit && (
        <span id={unitId} className={styles.unit}>
          {unit}
        </span>
      )}
    </div>
  );
}

interface FieldsProps extends Attributes, Pick<Props, "setting" | "change" | "problem" | "report"> {
  kind: Exclude<ControlKind, FieldKind> | undefined;
}

/** A control that has several fields. */
function Fields({ setting, kind, report, ...attributes }: FieldsProps) {
  if (kind === "checkboxes") return <CheckboxGroup {...attributes} />;
  if (kind === "pairs") return <PairList {...attributes} />;
  const { key, value } = setting;
  return <MemberFields {...attributes} name={key} fields={fieldsOf(key, value)} report={report} />;
}

function focusOn(control: HTMLElement | null, name: string | undefined) {
  const field = control instanceof HTMLFieldSetElement && name ? control.elements.namedItem(name) : control;
  if (field instanceof HTMLElement) field.focus();
}
