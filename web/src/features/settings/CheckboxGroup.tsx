import type { Ref } from "react";
import { formatValue } from "../../ui/formatValue";
import styles from "./CheckboxGroup.module.css";

interface Props {
  ref: Ref<HTMLFieldSetElement>;
  className: string | undefined;
  /** A JSON object of booleans. */
  value: string;
  change(value: string): void;
  "aria-label": string;
  "aria-describedby": string | undefined;
}

/** A checkbox for each member of an object of booleans. */
export function CheckboxGroup(props: Props) {
  const { ref, className, value, change } = props;
  const checks = JSON.parse(value) as { [member: string]: boolean };
  return (
    <fieldset
      ref={ref}
      tabIndex={-1}
      className={`${className} ${styles.group}`}
      aria-label={props["aria-label"]}
      aria-describedby={props["aria-describedby"]}
    >
      {Object.entries(checks).map(([member, on]) => (
        <label key={member} className={styles.checkbox}>
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => change(JSON.stringify({ ...checks, [member]: event.target.checked }))}
          />
          {formatValue(member)}
        </label>
      ))}
    </fieldset>
  );
}
