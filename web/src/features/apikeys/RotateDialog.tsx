import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { ApiKeyFragment, RotateApiKeyMutation as Rotated } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { useCloseDialog } from "../useCloseDialog";
import { Choice } from "./Choice";
import { KeyDialog } from "./KeyDialog";
import { LostResponse } from "./LostResponse";
import { SecretDialog } from "./SecretDialog";
import { endOf, overlaps, type Span } from "./spans";
import { useSecretMutation } from "./useSecretMutation";

const RotateApiKeyMutation = graphql(`
  mutation RotateApiKey($id: ID!, $predecessorExpiresAt: DateTime) {
    rotateApiKey(id: $id, predecessorExpiresAt: $predecessorExpiresAt) {
      apiKey {
        ...ApiKey
      }
      predecessor {
        ...ApiKey
      }
      secret
      userErrors {
        message
      }
    }
  }
`);

const oneDay = overlaps[1] as Span;

export function RotateDialog() {
  const close = useCloseDialog("/api-keys");
  return (
    <KeyDialog title="Rotate API key" close={close}>
      {(apiKey) => <Rotation apiKey={apiKey} close={close} />}
    </KeyDialog>
  );
}

/** What rotating does and when the old key ends; then the secret of the new one. */
function Rotation({ apiKey, close }: { apiKey: ApiKeyFragment; close(): void }) {
  const [{ id, name }] = useState(apiKey);
  const [overlap, setOverlap] = useState(oneDay);
  const [rotated, setRotated] = useState<Rotated["rotateApiKey"]>();
  const { send, inFlight, error } = useSecretMutation(RotateApiKeyMutation);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setRotated((await send({ id, predecessorExpiresAt: endOf(overlap) }))?.rotateApiKey);
  }

  if (rotated?.secret) return <SecretDialog name={name} secret={rotated.secret} close={close} />;
  const refused = rotated?.userErrors[0]?.message;
  return (
    <Dialog title={`Rotate ${name}?`} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <p>
            A new key of the same name and scopes is made. Both work until the old one ends, so that the program can
            change over. The new key lives as long as the old one was given.
          </p>
          <Choice label="The old key ends" spans={overlaps} chosen={overlap} choose={setOverlap} />
        </DialogBody>
        <DialogActions>
          {refused && !inFlight && <Banner tone="critical" title={refused} />}
          {error && !inFlight && <LostResponse error={error} />}
          <Button busy={inFlight} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" busy={inFlight}>
            {inFlight ? "Rotating…" : "Rotate"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
