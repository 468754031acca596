import { type FormEvent, useState } from "react";
import { useParams } from "react-router";
import { errorMessage } from "../../api/errorMessage";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import type { EndpointFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useOutcome } from "../../shared/notice";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { EndpointDialog } from "./EndpointDialog";

const DeleteWebhookEndpointMutation = graphql(`
  mutation DeleteWebhookEndpoint($id: ID!, $key: String!) {
    deleteWebhookEndpoint(id: $id) @idempotent(key: $key) {
      webhookEndpoint {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export function DeleteEndpointDialog() {
  const { endpointId = "" } = useParams();
  const close = useCloseDialog(`/webhook-endpoints/${encodeURIComponent(endpointId)}`);
  return (
    <EndpointDialog title={t("webhooks.delete.title")} close={close}>
      {(endpoint) => <Confirmation endpoint={endpoint} close={close} />}
    </EndpointDialog>
  );
}

/** What deleting does, to be confirmed. */
function Confirmation({ endpoint, close }: { endpoint: EndpointFragment; close(): void }) {
  const { id, url } = useState(endpoint)[0]; // it is in no list any more when it is done
  const [refusal, setRefusal] = useState<string>();
  const { send, inFlight, error } = useIdempotentMutation(DeleteWebhookEndpointMutation);
  const begin = useOutcome();

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    const outcome = begin();
    const payload = (await send({ id }))?.deleteWebhookEndpoint;
    if (!payload) return outcome.failed(t("webhooks.delete.unknown", { url }));
    const [userError] = payload.userErrors;
    const refused = userError && refusalText("deleteWebhookEndpoint", userError);
    setRefusal(refused);
    if (refused !== undefined) outcome.failed(refused);
    else outcome.succeeded({ text: t("webhooks.delete.deleted", { url }) }, "/webhook-endpoints");
  }

  return (
    <Dialog title={t("webhooks.delete.titleOf")} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <p>{url}</p>
          <p>{t("webhooks.delete.about")}</p>
        </DialogBody>
        <DialogActions>
          {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
          {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={submit} />}
          <Button busy={inFlight} onClick={close}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" variant="critical" busy={inFlight}>
            {t(inFlight ? "webhooks.delete.deleting" : "webhooks.delete.delete")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
