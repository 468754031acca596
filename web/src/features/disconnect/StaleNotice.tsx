import { useEffect, useRef } from "react";
import type { PreviewFragment } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { ChangeList } from "../settings/ChangeList";
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
        {changes.length === 0 && <p>The warning below is new; the settings are the same.</p>}
      </Banner>
    </div>
  );
}
