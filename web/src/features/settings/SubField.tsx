import { type ReactNode, useId } from "react";
import styles from "../../shared/Field.module.css";
import type { Problem } from "./problem";
import own from "./SubField.module.css";

interface Props {
  /** Unique in the control. */
  name: string;
  label: string;
  hint?: string | undefined;
  /** What stands behind the field. */
  unit?: string | undefined;
  /** What is wrong in the control; it is shown where this field is meant. */
  problem: Problem | undefined;
  children(attributes: object): ReactNode;
}

/** One of several fields of a control, with its label and what is wrong in it. */
export function SubField({ name, label, hint, unit, problem, children }: Props) {
  const id = useId();
  const wrong = problem?.field === name;
  const notes = [wrong && `${id}-problem`, unit && `${id}-unit`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={own.line}>
        {children({
          id,
          name,
          className: styles.field,
          "aria-invalid": wrong,
          "aria-describedby": notes || undefined,
        })}
        {unit && (
          <span id={`${id}-unit`} className={own.unit}>
            {unit}
          </span>
        )}
      </div>
      {wrong && (
        <p id={`${id}-problem`} role="alert" className={styles.refusal}>
          {problem.message}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
