import { type FormEvent, useState } from "react";
import { useParams } from "react-router";
import { graphql } from "../../gql";
import type { EndpointFragment, RotateWebhookSecretMutation as Rotated } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { useSecretMutation } from "../../shared/useSecretMutation";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { EndpointDialog } from "./EndpointDialog";
import { EndpointSecretDialog, LostSecret } from "./EndpointSecretDialog";
import { WebhookEndpointsQuery } from "./WebhooksPage";

const RotateWebhookSecretMutation = graphql(`
  mutation RotateWebhookSecret($id: ID!) {
    rotateWebhookSecret(id: $id) {
      webhookEndpoint {
        ...Endpoint
      }
      secret
      userErrors {
        code
        message
      }
    }
  }
`);

export function RotateSecretDialog() {
  const { endpointId = "" } = useParams();
  const close = useCloseDialog(`/webhook-endpoints/${encodeURIComponent(endpointId)}`);
  return (
    <EndpointDialog title={t("webhooks.rotate.title")} close={close}>
      {(endpoint) => <Rotation endpoint={endpoint} close={close} />}
    </EndpointDialog>
  );
}

/** What rotating does; then the new secret. */
function Rotation({ endpoint: { id, url }, close }: { endpoint: EndpointFragment; close(): void }) {
  const [rotated, setRotated] = useState<Rotated["rotateWebhookSecret"]>();
  const { send, inFlight, error } = useSecretMutation(RotateWebhookSecretMutation, WebhookEndpointsQuery);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setRotated((await send({ id }))?.rotateWebhookSecret);
  }

  if (rotated?.secret) return <EndpointSecretDialog url={url} secret={rotated.secret} close={close} />;
  const [refusal] = rotated?.userErrors ?? [];
  const refused = refusal && refusalText("rotateWebhookSecret", refusal);
  return (
    <Dialog title={t("webhooks.rotate.titleOf")} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <p>{url}</p>
          <p>{t("webhooks.rotate.about")}</p>
        </DialogBody>
        <DialogActions>
          {refused && !inFlight && <Banner tone="critical" title={refused} />}
          {error && !inFlight && <LostSecret error={error}>{t("webhooks.rotate.lost")}</LostSecret>}
          <Button busy={inFlight} onClick={close}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" variant="primary" busy={inFlight}>
            {t(inFlight ? "webhooks.rotate.rotating" : "webhooks.rotate.rotate")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
