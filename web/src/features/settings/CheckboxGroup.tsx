import type { Ref } from "react";
import { useResources } from "../../shared/values/resourceNames";
import { named } from "../../shared/values/words";
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
  const resources = useResources(Object.keys(checks));
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
          {named(member, (id) => resources.get(id)?.name)}
        </label>
      ))}
    </fieldset>
  );
}
