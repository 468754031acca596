import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ExceptionFragment, RestorationExceptionReason } from "../../gql/graphql";
import { formatValue } from "../../ui/formatValue";
import { Value } from "../../ui/Value";
import styles from "./Exceptions.module.css";

graphql(`
  fragment Exception on RestorationException {
    key
    entry
    reason
    recorded
    present
  }
`);

const SettingTitlesQuery = graphql(`
  query SettingTitles {
    settings {
      key
      definition {
        title
      }
    }
  }
`);

const reasons: Record<RestorationExceptionReason, string> = {
  RESOURCE_DELETED: "It does not exist any more.",
  LOCATION_INACTIVE: "The location was deactivated.",
  NOT_WRITABLE: "Shopify does not let the app change it.",
  ONLY_ONLINE_LOCATION: "It is the last location that fulfills online orders, which Shopify keeps.",
  APP_UNINSTALLED: "The app was uninstalled meanwhile.",
  SCOPE_MISSING: "The app lacks the permission.",
  ACCEPTED: "It was accepted as it is.",
};

interface Props {
  exceptions: ExceptionFragment[];
  /** How many there are; more than are listed, perhaps. */
  count: number;
}

/** Entries of the recorded settings that cannot be, or were not, put back: why, and both values. */
export function Exceptions({ exceptions, count }: Props) {
  const titles = useSettingTitles();
  return (
    <>
      <ul className={styles.exceptions}>
        {exceptions.map((one) => (
          <li key={`${one.key} ${one.entry}`} className={styles.exception}>
            <div>
              <p>
                {titles.get(one.key) ?? one.key}
                {one.entry !== null && `: ${formatValue(one.entry)}`}
              </p>
              <p className={styles.reason}>{reasons[one.reason]}</p>
            </div>
            <dl className={styles.values}>
              <div>
                <dt>Recorded</dt>
                <dd>
                  <Value value={one.recorded} />
                </dd>
              </div>
              <div>
                <dt>Present</dt>
                <dd>
                  <Value value={one.present} />
                </dd>
              </div>
            </dl>
          </li>
        ))}
      </ul>
      {count > exceptions.length && (
        <p>
          The first {exceptions.length} of {count} are listed.
        </p>
      )}
    </>
  );
}

/** The titles of the settings that the store has, by key. */
function useSettingTitles(): Map<string, string> {
  const [{ data }] = useQuery({ query: SettingTitlesQuery, requestPolicy: "cache-first" });
  return new Map(data?.settings.flatMap(({ key, definition }) => (definition ? [[key, definition.title]] : [])));
}
