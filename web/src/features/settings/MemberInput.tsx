import { t } from "../../i18n/messages";
import { memberText, optionText } from "../../shared/values/words";
import { type MemberDrafts, type MemberField, problemOfField } from "./members";
import type { Problem } from "./problem";
import { SubField } from "./SubField";

interface Props {
  /** The setting's key. */
  name: string;
  field: MemberField;
  drafts: MemberDrafts;
  change(text: string): void;
  problem: Problem | undefined;
  report(problem: Problem): void;
}

/** The field of one member of an object. */
export function MemberInput({ name, field, drafts, change, problem, report }: Props) {
  const { member, type, options, hint } = field;
  const unit = field.unit?.(drafts);
  return (
    <SubField
      name={member}
      label={memberText(name, member)}
      hint={hint && t(hint)}
      unit={unit && t(unit)}
      problem={problem}
    >
      {(attributes) => {
        const own = {
          ...attributes,
          value: drafts[member],
          onChange: (event: { target: { value: string } }) => change(event.target.value),
        };
        if (type === "choice") {
          return (
            <select {...own}>
              {options?.map((option) => (
                <option key={String(option)} value={JSON.stringify(option)}>
                  {optionText(name, option)}
                </option>
              ))}
            </select>
          );
        }
        if (type !== "date") return <input {...own} autoComplete="off" />;
        // Half a date has the value of an empty one; only the browser tells them apart, and finds it invalid.
        const invalid = (event: { preventDefault(): void }) => {
          event.preventDefault();
          report(problemOfField(field));
        };
        return <input {...own} type="date" max="9999-12-31" onInvalid={invalid} />;
      }}
    </SubField>
  );
}
