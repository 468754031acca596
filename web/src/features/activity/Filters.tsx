import { type ReactNode, useId } from "react";
import { useNavigate } from "react-router";
import type { EntryFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import styles from "./Filters.module.css";
import { actorKinds, actorOf, addressOf, allKinds, type Filter, kindOf } from "./filter";

interface Props {
  filter: Filter;
  /** Entries whose people and programs can be chosen by name. */
  entries: EntryFragment[];
}

/** By whom and of which kind entries are shown; the choice is in the address. */
export function Filters({ filter, entries }: Props) {
  const navigate = useNavigate();
  const choose = (chosen: Partial<Filter>) => navigate(addressOf({ ...filter, ...chosen }));
  const named = entries
    .filter(({ actor }) => actor.kind === "SELLER" || actor.kind === "PARTNER")
    .map(({ actor }) => `${actor.kind}:${actor.name}`);
  const names = [...new Set(filter.who.includes(":") ? [filter.who, ...named] : named)];
  return (
    <div className={styles.filters}>
      <Choice label={t("activity.filter.who")} value={filter.who} choose={(who) => choose({ who })}>
        <option value="">{t("activity.filter.everybody")}</option>
        {actorKinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`activity.filter.actors.${kind}`)}
          </option>
        ))}
        {names.map((who) => (
          <option key={who} value={who}>
            {actorOf(who).name}
          </option>
        ))}
      </Choice>
      <Choice label={t("activity.filter.what")} value={filter.what} choose={(what) => choose({ what: kindOf(what) })}>
        <option value="">{t("activity.filter.everything")}</option>
        {allKinds.map((what) => (
          <option key={what} value={what}>
            {t(`activity.filter.kinds.${what}`)}
          </option>
        ))}
      </Choice>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  choose(value: string): void;
  children: ReactNode;
}

function Choice({ label, value, choose, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className={styles.field} value={value} onChange={(event) => choose(event.target.value)}>
        {children}
      </select>
    </div>
  );
}
