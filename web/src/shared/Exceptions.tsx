import { graphql } from "../gql";
import type { ExceptionFragment } from "../gql/graphql";
import { t } from "../i18n/messages";
import styles from "./Exceptions.module.css";
import { useNamesUnreadable } from "./values/resourceNames";
import { Name, SettingValue } from "./values/SettingValue";
import { titleOf } from "./values/titleOf";

graphql(`
  fragment Exception on RestorationException {
    key
    entry
    reason
    recorded
    present
    definition {
      title
    }
  }
`);

interface Props {
  exceptions: ExceptionFragment[];
  /** How many there are; more than are listed, perhaps. */
  count: number;
}

/** Entries of the recorded settings that cannot be, or were not, put back: why, and both values. */
export function Exceptions({ exceptions, count }: Props) {
  const namesUnreadable = useNamesUnreadable();
  return (
    <>
      <ul className={styles.exceptions}>
        {exceptions.map((one) => (
          <li key={`${one.key} ${one.entry}`} className={styles.exception}>
            <div>
              <p>
                {titleOf(one)}
                {one.entry !== null && (
                  <>
                    : <Name of={one.entry} />
                  </>
                )}
              </p>
              <p className={styles.reason}>{t(`shared.exceptions.reasons.${one.reason}`)}</p>
            </div>
            <dl className={styles.values}>
              <div>
                <dt>{t("shared.exceptions.recorded")}</dt>
                <dd>
                  <SettingValue name={one.key} value={one.recorded} />
                </dd>
              </div>
              <div>
                <dt>{t("shared.exceptions.present")}</dt>
                <dd>
                  <SettingValue name={one.key} value={one.present} />
                </dd>
              </div>
            </dl>
          </li>
        ))}
      </ul>
      {count > exceptions.length && <p>{t("shared.exceptions.someListed", { listed: exceptions.length, count })}</p>}
      {namesUnreadable && exceptions.some(({ entry }) => entry !== null) && (
        <p>{t("shared.exceptions.namesUnreadable")}</p>
      )}
    </>
  );
}

/** What an exception is of, in a word or two: the product or the location, or the setting where it is all of it. */
export function ExceptionName({ exception }: { exception: ExceptionFragment }) {
  return exception.entry === null ? titleOf(exception) : <Name of={exception.entry} inSentence />;
}
