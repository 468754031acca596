import { useEffect, useRef } from "react";
import type { PreviewFragment } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { Changes } from "../settings/Changes";
import { moved } from "./moved";

/** What the seller has not seen yet, because it moved after the preview was shown. */
export function Moved({ seen, now }: { seen: PreviewFragment; now: PreviewFragment }) {
  const top = useRef<HTMLDivElement>(null);
  // Each time something moved, it is to be seen.
  useEffect(() => {
    top.current?.scrollIntoView({ block: "nearest" });
  }, [seen]);
  const steps = moved(seen, now);
  return (
    <div ref={top}>
      <Banner
        tone="attention"
        title="Something changed after this was shown, so nothing was done. Look at it and confirm again."
      >
        {steps.length > 0 && <Changes changes={steps} before="When shown" after="Now" />}
        {steps.length === 0 && <p>The warning below is new; the settings are the same.</p>}
      </Banner>
    </div>
  );
}
