import type { ReactNode } from "react";
import { errorMessage } from "../../api/errorMessage";
import { t } from "../../i18n/messages";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";
import type { Consent } from "./useConsent";

interface Props {
  consent: Consent;
  close(): void;
  /** What connecting changes. */
  children: ReactNode;
}

/** What connecting changes, what happens at TikTok, and the way there. */
export function TikTokConsent({ consent, close, children }: Props) {
  const { begin, inFlight, error, refusal } = consent;
  return (
    <>
      <DialogBody>
        {children}
        <p>{t("connect.about")}</p>
      </DialogBody>
      <DialogActions>
        {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
        {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={begin} />}
        <Button busy={inFlight} onClick={close}>
          {t("ui.cancel")}
        </Button>
        <Button variant="primary" busy={inFlight} onClick={begin}>
          {t("connect.continue")}
        </Button>
      </DialogActions>
    </>
  );
}
