import { Link } from "react-router";
import { graphql } from "../../gql";
import type { AuditAction, EntryFragment } from "../../gql/graphql";
import { Timestamp } from "../../ui/Timestamp";
import { actorLabel } from "../actor";
import styles from "./AuditEntries.module.css";

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
    apiKey {
      id
      name
    }
    changes {
      key
    }
  }
`);

const actionLabels: Record<AuditAction, string> = {
  STORE_REGISTERED: "The store came to the app",
  ACCOUNT_CONNECTED: "Connected",
  ACCOUNT_DISCONNECTING: "Began to disconnect",
  ACCOUNT_DISCONNECTED: "Disconnected",
  SETTINGS_UPDATED: "Edited",
  API_KEY_CREATED: "Made the API key",
  API_KEY_REVOKED: "Revoked the API key",
  API_KEY_ROTATED: "Rotated the API key",
};

const maxListedKeys = 3;

/** A list of audit entries, newest first. */
export function AuditEntries({ entries }: { entries: EntryFragment[] }) {
  if (entries.length === 0) return <p>Nothing has been done yet.</p>;
  return (
    <ul className={styles.entries}>
      {entries.map((entry) => (
        <li key={entry.id}>
          <AuditEntryRow entry={entry} />
        </li>
      ))}
    </ul>
  );
}

export function AuditEntryRow({ entry }: { entry: EntryFragment }) {
  return (
    <div className={styles.entry}>
      <div>
        <p className={styles.action}>
          {actionLabels[entry.action]} {subjectOf(entry)}
        </p>
        <p className={styles.actor}>
          {actorLabel(entry.actor)} · <Timestamp at={entry.occurredAt} />
        </p>
      </div>
      {entry.disconnection && (
        <Link to={`/activity/disconnections/${encodeURIComponent(entry.disconnection.id)}`}>Open the record</Link>
      )}
    </div>
  );
}

/** The account or the API key; for an edit the setting keys, or their number when there are many. */
function subjectOf({ account, action, apiKey, changes }: EntryFragment): string | undefined {
  if (action.startsWith("API_KEY_")) return apiKey?.name;
  if (action !== "SETTINGS_UPDATED") return account?.name;
  return changes.length > maxListedKeys ? `${changes.length} settings` : changes.map(({ key }) => key).join(", ");
}
