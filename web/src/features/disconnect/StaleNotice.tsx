import { useEffect, useRef } from "react";
import type { PreviewFragment } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { ChangeList } from "../settings/ChangeList";
import { isLong } from "../settings/LongValue";
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
      <Banner
        tone="attention"
        title="Something changed after this was shown, so nothing was done. Look at it and confirm again."
      >
        {changes.length > 0 && <ChangeList changes={changes} before="When shown" after="Now" />}
        {changes.length === 0 && <p>{hiddenChange(current)}</p>}
      </Banner>
    </div>
  );
}

/** What changed where the settings look the same. */
function hiddenChange({ changes }: PreviewFragment): string {
  const long = changes.some((one) => isLong(one.before, one.beforeBytes) || isLong(one.after, one.afterBytes));
  return long
    ? "A warning below is new, or a long value has changed; the other settings are the same."
    : "The warning below is new; the settings are the same.";
}
