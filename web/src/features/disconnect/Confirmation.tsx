import { type FormEvent, useState } from "react";
import type { DisconnectableFragment, PreviewFragment } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import styles from "./Confirmation.module.css";
import { Consent } from "./Consent";
import { Moved } from "./Moved";
import { NoAnswer } from "./NoAnswer";
import { Preview } from "./Preview";
import { useDisconnect } from "./useDisconnect";

interface Props {
  account: DisconnectableFragment;
  preview: PreviewFragment;
  close(): void;
}

/** The warning, what will change, and the button that does it: with the token of just this preview. */
export function Confirmation({ account, preview, close }: Props) {
  const [agreed, agree] = useState(false);
  const { disconnect, running, error, refusal, stale } = useDisconnect(account);
  const unconfirmed = refusal?.code === "CONFIRMATION_REQUIRED";

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    const refused = await disconnect(preview, agreed);
    if (refused === "PREVIEW_STALE") agree(false);
  }

  return (
    <Dialog title={`Disconnect ${account.name}?`} busy={running} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          {stale && <Moved seen={stale} now={preview} />}
          <Preview preview={preview} />
        </DialogBody>
        <DialogActions>
          {refusal && !unconfirmed && <Banner tone="critical" title={refusal.message} />}
          {error && !running && <NoAnswer error={error} again={submit} />}
          <p role="status" className={styles.progress}>
            {running && "Each setting is put back and read again. This takes a moment."}
          </p>
          <Consent agreed={agreed} agree={agree} refusal={unconfirmed ? refusal?.message : undefined} />
          <Button busy={running} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" look="critical" busy={running}>
            {running ? "Disconnecting…" : "Disconnect"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
