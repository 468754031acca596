import { type FormEvent, useState } from "react";
import { useParams } from "react-router";
import { graphql } from "../../gql";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { errorMessage } from "../errorMessage";
import { useOutcome } from "../notice";
import { useCloseDialog } from "../useCloseDialog";
import { useIdempotentMutation } from "../useIdempotentMutation";

const AcceptMutation = graphql(`
  mutation AcceptExceptions($id: ID!, $key: String!) {
    acceptExceptions(disconnectionId: $id, confirm: true) @idempotent(key: $key) {
      disconnection {
        ...DisconnectionProgress
        account {
          id
          status
          disconnectedAt
        }
      }
      userErrors {
        code
        message
      }
    }
  }
`);

/** Confirms that a blocked disconnect ends as the store is now. */
export function AcceptDialog() {
  const { id = "" } = useParams();
  const record = `/activity/disconnections/${encodeURIComponent(id)}`;
  const close = useCloseDialog(record);
  const { accept, inFlight, error, refusal } = useAccept(id, record);

  function submit(event?: FormEvent) {
    event?.preventDefault();
    return accept();
  }

  return (
    <Dialog title="Accept the store as it is?" busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <p>
            What was not put back stays as it is now in the store; the record lists it. TikTok's authorization is ended.
            This cannot be undone.
          </p>
        </DialogBody>
        <DialogActions>
          {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
          {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={submit} />}
          <Button busy={inFlight} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="critical" busy={inFlight}>
            {inFlight ? "Accepting…" : "Accept as it is"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function useAccept(id: string, record: string) {
  const { send, inFlight, error } = useIdempotentMutation(AcceptMutation);
  const [refusal, setRefusal] = useState<string>();
  const startOutcome = useOutcome();

  async function accept() {
    const outcome = startOutcome();
    const payload = (await send({ id }))?.acceptExceptions;
    if (!payload) return outcome.failed("No answer came: whether it was accepted is not known. The record tells.");
    const refused = payload.userErrors[0]?.message;
    setRefusal(refused);
    if (refused !== undefined) outcome.failed(refused);
    else outcome.succeeded(undefined, record);
  }

  return { accept, inFlight, error, refusal };
}
