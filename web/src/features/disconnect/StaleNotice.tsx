import { useEffect, useRef } from "react";
import type { PreviewFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { ChangeList } from "../../shared/values/ChangeList";
import { isLong } from "../../shared/values/LongValue";
import { Banner } from "../../ui/Banner";
import { diffPreviews } from "./previewDiff";

/** Says that the preview was stale, and lists the settings that changed after it was shown. */
export function StaleNotice({ shown, current }: { shown: PreviewFragment; current: PreviewFragment }) {
  const container = useRef<HTMLDivElement>(null);
  // Scrolled into view each time it changes
  useEffect(() => {
    container.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  const changes = diffPreviews(shown, current);
  return (
    <div ref={container}>
      <Banner tone="attention" title={t("disconnect.stale.title")}>
        {changes.length > 0 && (
          <ChangeList changes={changes} before={t("disconnect.stale.whenShown")} after={t("disconnect.stale.now")} />
        )}
        {changes.length === 0 && <p>{hiddenChange(current)}</p>}
      </Banner>
    </div>
  );
}

/** What changed where the settings look the same. */
function hiddenChange({ changes }: PreviewFragment): string {
  const long = changes.some((one) => isLong(one.before, one.beforeBytes) || isLong(one.after, one.afterBytes));
  return t(long ? "disconnect.stale.warningOrLong" : "disconnect.stale.warning");
}
