import type { PreviewFragment } from "../../gql/graphql";
import { formatDuration } from "../../i18n/format";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { splitChanges } from "../../shared/changeGroups";
import { ExceptionName } from "../../shared/Exceptions";
import { byGroup } from "../../shared/settingGroups";
import { exceptionCount, whereExceptions } from "./exceptionCount";
import styles from "./GoesBack.module.css";

/** What goes back, counted by what it is of; what cannot, and how long it takes. */
export function GoesBack({ preview }: { preview: PreviewFragment }) {
  const { changes, estimatedSeconds } = preview;
  const { ofStore, onlyForTikTokShop } = splitChanges(changes);
  const gone = whatIsGone(preview, onlyForTikTokShop.length);
  return (
    <>
      <p>{goBack(ofStore)}</p>
      {gone.length > 0 && <p>{gone.join(" ")}</p>}
      <p>
        {changes.length > 0 && <WhatDoesNot preview={preview} />}{" "}
        <span className={styles.time}>
          {estimatedSeconds === null
            ? t("disconnect.goesBack.moment")
            : t("disconnect.goesBack.duration", { duration: formatDuration(estimatedSeconds) })}
        </span>
      </p>
    </>
  );
}

/** What cannot be put back, in a line: a list of all follows below. */
function WhatDoesNot({ preview }: { preview: PreviewFragment }) {
  const count = exceptionCount(preview);
  const [first] = preview.exceptions;
  if (count === 0) return t("disconnect.goesBack.noException");
  if (!first) return <span className={styles.exceptions}>{t("disconnect.exceptions.title", { count })}</span>;
  const where = whereExceptions(preview);
  const what = <ExceptionName exception={first} />;
  return (
    <span className={styles.exceptions}>
      {count === 1 ? (
        <Message id={`disconnect.goesBack.exception.${where}`} values={{ what }} />
      ) : (
        <Message id={`disconnect.goesBack.exceptions.${where}`} values={{ count, others: count - 1, what }} />
      )}
    </span>
  );
}

function goBack(changes: PreviewFragment["changes"]): string {
  if (changes.length === 0) return t("disconnect.goesBack.none");
  const groups = byGroup(changes).map(({ name, items }) =>
    t("disconnect.goesBack.group", { name, count: items.length }),
  );
  return t("disconnect.goesBack.some", { count: changes.length, groups: groups.join(" · ") });
}

/** What is gone afterwards, in sentences: settings that were added, products that leave the channel, and those of them that somebody else has put there. */
function whatIsGone({ leavingProductCount, warnings }: PreviewFragment, settings: number): string[] {
  const published = warnings.find(({ code }) => code === "PUBLISHED_SINCE_CONNECTING")?.count ?? 0;
  return [
    { id: "disconnect.goesBack.removed" as const, count: settings },
    { id: "disconnect.goesBack.leaving" as const, count: leavingProductCount },
    { id: "disconnect.goesBack.published" as const, count: published },
  ].flatMap(({ id, count }) => (count > 0 ? [t(id, { count })] : []));
}
