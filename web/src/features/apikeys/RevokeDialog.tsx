import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { ApiKeyFragment } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { Timestamp } from "../../ui/Timestamp";
import { errorMessage } from "../errorMessage";
import { useOutcome } from "../notice";
import { useCloseDialog } from "../useCloseDialog";
import { useIdempotentMutation } from "../useIdempotentMutation";
import { KeyDialog } from "./KeyDialog";

const RevokeApiKeyMutation = graphql(`
  mutation RevokeApiKey($id: ID!, $key: String!) {
    revokeApiKey(id: $id) @idempotent(key: $key) {
      apiKey {
        id
      }
      userErrors {
        message
      }
    }
  }
`);

export function RevokeDialog() {
  const close = useCloseDialog("/api-keys");
  return (
    <KeyDialog title="Revoke API key" close={close}>
      {(apiKey) => <Confirmation apiKey={apiKey} close={close} />}
    </KeyDialog>
  );
}

/** What revoking does, to be confirmed. */
function Confirmation({ apiKey, close }: { apiKey: ApiKeyFragment; close(): void }) {
  const { id, name, prefix, lastUsedAt } = useState(apiKey)[0]; // it is in no list any more when it is done
  const [refusal, setRefusal] = useState<string>();
  const { send, inFlight, error } = useIdempotentMutation(RevokeApiKeyMutation);
  const begin = useOutcome();

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    const outcome = begin();
    const payload = (await send({ id }))?.revokeApiKey;
    if (!payload) return outcome.failed(`No answer came: whether ${name} was revoked is not known. The list tells.`);
    const refused = payload.userErrors[0]?.message;
    setRefusal(refused);
    if (refused !== undefined) outcome.failed(refused);
    else outcome.succeeded({ text: `${name} is revoked.` }, "/api-keys");
  }

  return (
    <Dialog title={`Revoke ${name}?`} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <p>
            The key <code>{prefix}…</code> opens nothing from then on, and cannot be brought back. Programs that use it
            are refused at once.
          </p>
          <p>
            {lastUsedAt ? (
              <>
                It was last used <Timestamp at={lastUsedAt} />.
              </>
            ) : (
              "It was never used."
            )}
          </p>
        </DialogBody>
        <DialogActions>
          {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
          {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={submit} />}
          <Button busy={inFlight} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="critical" busy={inFlight}>
            {inFlight ? "Revoking…" : "Revoke"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
