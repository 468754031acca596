import { Link, useLocation } from "react-router";
import { Banner } from "../../ui/Banner";

/** What the seller has just done, carried along on the way to the overview. */
export interface JustDone {
  connected?: string;
  disconnected?: { name: string; record: string };
}

/** One line on what was just done. */
export function Done() {
  const done = useLocation().state as JustDone | null;
  if (done?.connected) return <Banner tone="success" title={`${done.connected} is connected.`} />;
  if (!done?.disconnected) return null;
  const { name, record } = done.disconnected;
  return (
    <Banner tone="success" title={`${name} is disconnected. Every setting is as it was before it was connected.`}>
      <Link to={`/activity/disconnections/${encodeURIComponent(record)}`}>Open the record</Link>
    </Banner>
  );
}
