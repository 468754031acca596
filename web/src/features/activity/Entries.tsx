import { Link } from "react-router";
import { graphql } from "../../gql";
import type { AuditAction, EntryFragment } from "../../gql/graphql";
import { Moment } from "../../ui/Moment";
import styles from "./Entries.module.css";

graphql(`
  fragment Entry on AuditEntry {
    id
    action
    actor {
      kind
      name
    }
    occurredAt
    account {
      id
      name
    }
    disconnection {
      id
    }
    changes {
      key
    }
  }
`);

const deeds: Record<AuditAction, string> = {
  STORE_REGISTERED: "The store came to the app",
  ACCOUNT_CONNECTED: "Connected",
  ACCOUNT_DISCONNECTED: "Disconnected",
  SETTINGS_UPDATED: "Edited",
  API_KEY_CREATED: "Made an API key",
  API_KEY_REVOKED: "Revoked an API key",
};

const few = 3;

/** What was done, by whom and when, newest first. */
export function Entries({ entries }: { entries: EntryFragment[] }) {
  if (entries.length === 0) return <p>Nothing has been done yet.</p>;
  return (
    <ul className={styles.entries}>
      {entries.map((entry) => (
        <li key={entry.id}>
          <EntryLine entry={entry} />
        </li>
      ))}
    </ul>
  );
}

export function EntryLine({ entry }: { entry: EntryFragment }) {
  return (
    <div className={styles.entry}>
      <div>
        <p className={styles.deed}>
          {deeds[entry.action]} {about(entry)}
        </p>
        <p className={styles.who}>
          {entry.actor.name} · <Moment at={entry.occurredAt} />
        </p>
      </div>
      {entry.disconnection && (
        <Link to={`/activity/disconnections/${encodeURIComponent(entry.disconnection.id)}`}>Open the record</Link>
      )}
    </div>
  );
}

/** The account; or the settings, when they are what was done and few. */
function about({ account, action, changes }: EntryFragment): string | undefined {
  if (action !== "SETTINGS_UPDATED") return account?.name;
  return changes.length > few ? `${changes.length} settings` : changes.map(({ key }) => key).join(", ");
}
