import { errorMessage } from "../../api/errorMessage";
import { graphql } from "../../gql";
import type { DisconnectionProgressFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { ProgressFacts } from "../../shared/transitions/ProgressFacts";
import { Waiting } from "../../shared/transitions/Waiting";
import { Badge } from "../../ui/Badge";
import { Banner } from "../../ui/Banner";
import { Button, ButtonLink } from "../../ui/Button";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { Section } from "../../ui/Section";
import styles from "./DisconnectionProgress.module.css";
import { Steps } from "./Steps";
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

/** How far a disconnect is that is not complete, what hinders it, and what the seller can do. */
export function DisconnectionProgress({ record }: { record: DisconnectionProgressFragment }) {
  const { id, status, progress } = record;
  const { retry, inFlight, error, refusal } = useRetry(id);
  if (status === "COMPLETE") return null;
  const blocked = status === "BLOCKED";
  return (
    <Section
      title={t("disconnection.progress.title")}
      aside={<Badge tone="attention">{t(`disconnection.progress.badges.${status}`)}</Badge>}
    >
      <p role="status">{t(`disconnection.progress.texts.${status}`)}</p>
      <Steps record={record}>
        {status === "REVOKING" && !progress.problem && !progress.nextAttemptAt ? (
          <div aria-live="off">
            <Waiting progress={progress} step={`${id} ${status}`} platform="ANY" />
          </div>
        ) : (
          <ProgressFacts progress={progress} blocked={blocked} step={`${id} ${status}`} />
        )}
      </Steps>
      {refusal && <Banner tone="critical" title={refusal} />}
      {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={undefined} />}
      {(blocked || progress.nextAttemptAt) && (
        <div className={styles.actions}>
          <Button variant="primary" busy={inFlight} onClick={retry}>
            {t(inFlight ? "disconnection.progress.trying" : "disconnection.progress.tryAgain")}
          </Button>
          {blocked && (
            <ButtonLink to={`/activity/disconnections/${encodeURIComponent(id)}/accept`}>
              {t("disconnection.accept.accept")}
            </ButtonLink>
          )}
        </div>
      )}
      {blocked && <p className={styles.help}>{t("disconnection.progress.help")}</p>}
    </Section>
  );
}
