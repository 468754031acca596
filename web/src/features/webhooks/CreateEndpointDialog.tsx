import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { CreateWebhookEndpointMutation as Created, EventTopic } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { useSecretMutation } from "../../shared/useSecretMutation";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { EndpointSecretDialog, LostSecret } from "./EndpointSecretDialog";
import { TopicsField } from "./TopicsField";
import { UrlField } from "./UrlField";
import { WebhookEndpointsQuery } from "./WebhooksPage";

const CreateWebhookEndpointMutation = graphql(`
  mutation CreateWebhookEndpoint($url: URL!, $topics: [EventTopic!]) {
    createWebhookEndpoint(url: $url, topics: $topics) {
      webhookEndpoint {
        ...Endpoint
      }
      secret
      userErrors {
        code
        message
        field
      }
    }
  }
`);

/** Asks where to send what, and shows the secret that it is signed with. */
export function CreateEndpointDialog() {
  const [url, setUrl] = useState("");
  const [topics, setTopics] = useState<EventTopic[]>([]);
  const [made, setMade] = useState<Created["createWebhookEndpoint"]>();
  const { send, inFlight, error } = useSecretMutation(CreateWebhookEndpointMutation, WebhookEndpointsQuery);
  const close = useCloseDialog("/webhook-endpoints");

  async function submit(event: FormEvent) {
    event.preventDefault();
    setMade((await send({ url: url.trim(), topics }))?.createWebhookEndpoint);
  }

  if (made?.webhookEndpoint && made.secret)
    return <EndpointSecretDialog url={made.webhookEndpoint.url} secret={made.secret} close={close} />;
  const refusalOf = (field: string | undefined) => {
    const refused = made?.userErrors.find((one) => one.field?.[0] === field);
    return refused && refusalText("createWebhookEndpoint", refused);
  };
  const other = refusalOf(undefined);
  return (
    <Dialog title={t("webhooks.create.title")} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <UrlField url={url} change={setUrl} refusal={refusalOf("url")} />
          <TopicsField topics={topics} change={setTopics} />
        </DialogBody>
        <DialogActions>
          {other && <Banner tone="critical" title={other} />}
          {error && !inFlight && <LostSecret error={error}>{t("webhooks.create.lost")}</LostSecret>}
          <Button busy={inFlight} onClick={close}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" variant="primary" busy={inFlight}>
            {t(inFlight ? "webhooks.create.creating" : "webhooks.create.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
