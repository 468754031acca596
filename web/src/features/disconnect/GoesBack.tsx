import type { PreviewFragment } from "../../gql/graphql";
import { formatDuration } from "../../i18n/format";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { countByGroup, splitChanges } from "../../shared/changeGroups";
import { ExceptionName } from "../../shared/Exceptions";
import { exceptionCount } from "./exceptionCount";
import styles from "./GoesBack.module.css";

/** What goes back, counted by what it is of; what cannot, and how long it takes. */
export function GoesBack({ preview }: { preview: PreviewFragment }) {
  const { changes, estimatedSeconds, leavingProductCount } = preview;
  const { ofStore, onlyForTikTokShop } = splitChanges(changes);
  const published = preview.warnings.find(({ code }) => code === "PUBLISHED_SINCE_CONNECTING")?.count ?? 0;
  return (
    <>
      <p>{goBack(ofStore)}</p>
      {onlyForTikTokShop.length > 0 && <p>{t("disconnect.goesBack.removed", { count: onlyForTikTokShop.length })}</p>}
      {leavingProductCount > 0 && <p>{leave(leavingProductCount, published)}</p>}
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
  return (
    <span className={styles.exceptions}>
      {count === 1 ? (
        <Message id="disconnect.goesBack.exception" values={{ what: <ExceptionName exception={first} /> }} />
      ) : (
        <Message id="disconnect.goesBack.exceptions" values={{ count, what: <ExceptionName exception={first} /> }} />
      )}
    </span>
  );
}

function goBack(changes: PreviewFragment["changes"]): string {
  if (changes.length === 0) return t("disconnect.goesBack.none");
  const groups = countByGroup(changes).map((group) => t("disconnect.goesBack.group", group));
  return t("disconnect.goesBack.some", { count: changes.length, groups: groups.join(" · ") });
}

/** How many products leave the channel, and how many of them somebody else has put on it. */
function leave(count: number, published: number): string {
  const leaving = t("disconnect.goesBack.leaving", { count });
  return published === 0 ? leaving : `${leaving} ${t("disconnect.goesBack.published", { count: published })}`;
}
