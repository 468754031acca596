import type { Ref } from "react";
import styles from "./MemberFields.module.css";
import { MemberInput } from "./MemberInput";
import type { MemberDrafts, MemberField } from "./members";
import type { Problem } from "./problem";

interface Props {
  ref: Ref<HTMLFieldSetElement>;
  /** The setting's key. */
  name: string;
  fields: MemberField[];
  /** JSON of the drafts. */
  value: string;
  change(value: string): void;
  problem: Problem | undefined;
  report(problem: Problem): void;
  "aria-label": string;
  "aria-describedby": string | undefined;
}

/** A field for each member of an object. */
export function MemberFields(props: Props) {
  const { ref, name, fields, value, change, problem, report } = props;
  const drafts = JSON.parse(value) as MemberDrafts;
  return (
    <fieldset
      ref={ref}
      tabIndex={-1}
      className={styles.fields}
      aria-label={props["aria-label"]}
      aria-describedby={props["aria-describedby"]}
    >
      {fields.map((field) => (
        <MemberInput
          key={field.member}
          name={name}
          field={field}
          drafts={drafts}
          change={(text) => change(JSON.stringify({ ...drafts, [field.member]: text }))}
          problem={problem}
          report={report}
        />
      ))}
    </fieldset>
  );
}
