import type { ActivityQuery } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { AuditEntryRow } from "../../shared/activity/AuditEntryRow";
import { ChangeList } from "../../shared/values/ChangeList";

export type Entry = ActivityQuery["auditTrail"]["edges"][number]["node"];

/** What was done, with each setting that it has changed, folded. */
export function EntryWithChanges({ entry }: { entry: Entry }) {
  return (
    <>
      <AuditEntryRow entry={entry} />
      {entry.changes.length > 0 && (
        <details>
          <summary>{t("audit.settingsChanged", { count: entry.changes.length })}</summary>
          <ChangeList
            changes={entry.changes}
            nodeId={entry.id}
            before={t("activity.before")}
            after={t("activity.after")}
          />
        </details>
      )}
    </>
  );
}
