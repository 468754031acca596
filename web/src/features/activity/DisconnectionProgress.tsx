import { graphql } from "../../gql";
import type { DisconnectionProgressFragment, DisconnectionStatus } from "../../gql/graphql";
import { Badge } from "../../ui/Badge";
import { Banner } from "../../ui/Banner";
import { Button, ButtonLink } from "../../ui/Button";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { Section } from "../../ui/Section";
import { errorMessage } from "../errorMessage";
import { ProgressFacts } from "../transitions/ProgressFacts";
import styles from "./DisconnectionProgress.module.css";
import { useRetry } from "./useRetry";

graphql(`
  fragment DisconnectionProgress on Disconnection {
    id
    status
    progress {
      ...Progress
    }
  }
`);

const statuses: Record<DisconnectionStatus, { badge: string; text: string }> = {
  RESTORING: { badge: "Restoring", text: "The store is being given back." },
  VERIFYING: { badge: "Reading back", text: "The store is being read back." },
  BLOCKED: {
    badge: "Blocked",
    text: "It cannot go on without your help. Nothing is lost, and TikTok's authorization has not been ended.",
  },
  REVOKING: { badge: "Ending", text: "The store was given back. TikTok's authorization is being ended." },
  COMPLETE: { badge: "Complete", text: "All is done." },
};

/** How far a disconnect is that is not complete, what hinders it, and what the seller can do. */
export function DisconnectionProgress({ record }: { record: DisconnectionProgressFragment }) {
  const { id, status, progress } = record;
  const { retry, inFlight, error, refusal } = useRetry(id);
  if (status === "COMPLETE") return null;
  const blocked = status === "BLOCKED";
  const { badge, text } = statuses[status];
  return (
    <Section title="Progress" aside={<Badge tone="attention">{badge}</Badge>}>
      <p role="status">{text}</p>
      <ProgressFacts progress={progress} blocked={blocked} />
      {refusal && <Banner tone="critical" title={refusal} />}
      {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={undefined} />}
      {(blocked || progress.nextAttemptAt) && (
        <div className={styles.actions}>
          <Button variant="primary" busy={inFlight} onClick={retry}>
            {inFlight ? "Trying…" : "Try again"}
          </Button>
          {blocked && (
            <ButtonLink to={`/activity/disconnections/${encodeURIComponent(id)}/accept`}>Accept as it is</ButtonLink>
          )}
        </div>
      )}
    </Section>
  );
}
