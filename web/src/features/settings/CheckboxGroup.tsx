import { type Ref, useState } from "react";
import { t } from "../../i18n/messages";
import { isUnanswered, type Resource, useResources } from "../../shared/values/resourceNames";
import { type NameOf, named } from "../../shared/values/words";
import { Button } from "../../ui/Button";
import { Placeholder } from "../../ui/Placeholder";
import { CheckboxFilter } from "./CheckboxFilter";
import styles from "./CheckboxGroup.module.css";
import { hasWords } from "./search";

interface Props {
  ref: Ref<HTMLFieldSetElement>;
  className: string | undefined;
  /** A JSON object of booleans. */
  value: string;
  change(value: string): void;
  "aria-label": string;
  "aria-describedby": string | undefined;
}

type Checks = { [member: string]: boolean };

const few = 20; // are seen at a glance
const batch = 50; // that are shown at a time

/** A checkbox for each member of an object of booleans; many are searched, and shown in parts. */
export function CheckboxGroup(props: Props) {
  const { ref, className, value, change } = props;
  const checks = JSON.parse(value) as Checks;
  const many = Object.keys(checks).length > few;
  const update = (next: Checks) => change(JSON.stringify({ ...checks, ...next }));
  return (
    <fieldset
      ref={ref}
      tabIndex={-1}
      className={className}
      aria-label={props["aria-label"]}
      aria-describedby={props["aria-describedby"]}
    >
      {many ? (
        <SearchedCheckboxes title={props["aria-label"]} checks={checks} update={update} />
      ) : (
        <Checkboxes members={Object.keys(checks)} checks={checks} update={update} />
      )}
    </fieldset>
  );
}

interface CheckboxesProps {
  members: string[];
  checks: Checks;
  update(changes: Checks): void;
}

function Checkboxes({ members, checks, update }: CheckboxesProps) {
  const resources = useResources(members);
  return (
    <div className={styles.group}>
      {members.map((member) => (
        <label key={member} className={styles.checkbox}>
          <input
            type="checkbox"
            checked={checks[member] ?? false}
            onChange={(event) => update({ [member]: event.target.checked })}
          />
          {isUnanswered(resources, member) ? <Placeholder /> : named(member, labels(resources))}
        </label>
      ))}
    </div>
  );
}

/** Checkboxes that are too many to look through. The names of all are read when the first is looked for. */
function SearchedCheckboxes({ title, checks, update }: Omit<CheckboxesProps, "members"> & { title: string }) {
  const [query, setQuery] = useState("");
  const [limit, setLimit] = useState(batch);
  const all = Object.keys(checks);
  const searching = query.trim() !== "";
  const resources = useResources(searching ? all : []);
  const found = searching ? all.filter((member) => hasWords(named(member, labels(resources)), query.trim())) : all;
  return (
    <div className={styles.searched}>
      <CheckboxFilter
        title={title}
        query={query}
        setQuery={setQuery}
        checks={checks}
        found={searching ? found : undefined}
        unread={searching ? all.filter((member) => isUnanswered(resources, member)).length : 0}
        tick={(on) => update(Object.fromEntries(found.map((member) => [member, on])))}
      />
      <div className={styles.list}>
        <Checkboxes members={found.slice(0, limit)} checks={checks} update={update} />
      </div>
      {found.length > limit && (
        <div>
          <Button onClick={() => setLimit(limit + batch)}>
            {t("values.showMore", { some: Math.min(batch, found.length - limit), rest: found.length - limit })}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What is beside a checkbox: of what is gone with its number, by which one is told from another. */
function labels(resources: ReadonlyMap<string, Resource>): NameOf {
  return (id) => {
    const { name, number } = resources.get(id) ?? {};
    return name !== undefined && number !== undefined ? t("values.gone.numbered", { name, number }) : name;
  };
}
