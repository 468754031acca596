import { type FormEvent, useState } from "react";
import type { DisconnectableFragment, PreviewFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { Support } from "../../ui/Support";
import styles from "./Confirmation.module.css";
import { ConsentCheckbox } from "./ConsentCheckbox";
import { DisconnectError } from "./DisconnectError";
import { StaleNotice } from "./LazyStaleNotice";
import { Preview } from "./Preview";
import { useDisconnect } from "./useDisconnect";

interface Props {
  account: DisconnectableFragment;
  /** Null for an account that is still being connected. */
  preview: PreviewFragment | null;
  close(): void;
}

/** The form that confirms a disconnect: the preview, and the button that sends its token. */
export function Confirmation({ account, preview, close }: Props) {
  const [agreed, setAgreed] = useState(false);
  const { disconnect, inFlight, error, refusal, requestId, stale } = useDisconnect(account);
  const unconfirmed = refusal?.code === "CONFIRMATION_REQUIRED";

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    const refused = await disconnect(preview, agreed);
    if (refused === "PREVIEW_STALE") setAgreed(false);
  }

  return (
    <Dialog title={t("disconnect.titleOf", { name: account.name })} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          {stale && preview && <StaleNotice shown={stale} current={preview} />}
          {preview ? (
            <Preview preview={preview} accountId={account.id} />
          ) : (
            <p>{t("disconnect.whileConnecting", { name: account.name })}</p>
          )}
        </DialogBody>
        <DialogActions>
          {refusal && !unconfirmed && (
            <Banner tone="critical" title={refusalText("disconnectTikTokShop", refusal)}>
              {refusal.code === "SNAPSHOT_DAMAGED" && <Support requestId={requestId} />}
            </Banner>
          )}
          {error && !inFlight && <DisconnectError error={error} retry={submit} />}
          <p role="status" className={styles.progress}>
            {inFlight && t("disconnect.progress")}
          </p>
          <ConsentCheckbox
            agreed={agreed}
            setAgreed={setAgreed}
            refusal={unconfirmed ? refusalText("disconnectTikTokShop", refusal) : undefined}
          />
          <Button busy={inFlight} onClick={close}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" variant={agreed ? "critical" : "plain"} busy={inFlight}>
            {t(inFlight ? "disconnect.disconnecting" : "disconnect.disconnect")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
