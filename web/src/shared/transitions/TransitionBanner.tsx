import { Link, useLocation } from "react-router";
import { t } from "../../i18n/messages";
import { Banner } from "../../ui/Banner";
import { ProgressFacts } from "./ProgressFacts";
import styles from "./TransitionBanner.module.css";
import { useTransitions } from "./TransitionsProvider";
import type { Transition } from "./transitions";

/** What is being connected or disconnected, above every page but the record's own. */
export function TransitionBanner() {
  const { pathname } = useLocation();
  const transitions = useTransitions().filter((one) => !pathname.startsWith(addressOf(one) ?? "none"));
  return transitions.map((one) => (
    <div key={one.disconnectionId ?? one.accountId} className={styles.transition}>
      <Banner tone={one.blocked ? "critical" : "info"} title={titleOf(one)}>
        <ProgressFacts progress={one.progress} blocked={one.blocked} step={one.disconnectionId ?? one.accountId} />
        <RecordLink transition={one} />
      </Banner>
    </div>
  ));
}

/** Leads to the record of a disconnect. */
export function RecordLink({ transition }: { transition: Transition }) {
  const address = addressOf(transition);
  return address && <Link to={address}>{t("shared.openRecord")}</Link>;
}

function titleOf({ kind, name, blocked }: Transition): string {
  if (kind === "connect") return t("transitions.beingConnected", { name });
  return t(blocked ? "transitions.blocked" : "transitions.beingDisconnected", { name });
}

function addressOf({ disconnectionId }: Transition): string | undefined {
  return disconnectionId && `/activity/disconnections/${encodeURIComponent(disconnectionId)}`;
}
