import { type FormEvent, useState } from "react";
import { useParams } from "react-router";
import { errorMessage } from "../../api/errorMessage";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import type { EditWebhookEndpointMutation as Edited, EndpointFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useOutcome } from "../../shared/notice";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { EndpointDialog } from "./EndpointDialog";
import { TopicsField } from "./TopicsField";
import { allTopics } from "./topics";
import { UrlField } from "./UrlField";

const EditWebhookEndpointMutation = graphql(`
  mutation EditWebhookEndpoint($id: ID!, $url: URL!, $topics: [EventTopic!]!, $key: String!) {
    updateWebhookEndpoint(id: $id, url: $url, topics: $topics) @idempotent(key: $key) {
      webhookEndpoint {
        ...Endpoint
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export function EditEndpointDialog() {
  const { endpointId = "" } = useParams();
  const page = `/webhook-endpoints/${encodeURIComponent(endpointId)}`;
  const close = useCloseDialog(page);
  return (
    <EndpointDialog title={t("webhooks.edit.title")} close={close}>
      {(endpoint) => <Form endpoint={endpoint} page={page} close={close} />}
    </EndpointDialog>
  );
}

/** Where to send what from now on. All topics stand for those to come, too, as none that is chosen does. */
function Form({ endpoint, page, close }: { endpoint: EndpointFragment; page: string; close(): void }) {
  const [{ id, url: before, topics: wanted }] = useState(endpoint);
  const [url, setUrl] = useState(before);
  const [topics, setTopics] = useState(wanted.length === allTopics.length ? [] : wanted);
  const [edited, setEdited] = useState<Edited["updateWebhookEndpoint"]>();
  const { send, inFlight, error } = useIdempotentMutation(EditWebhookEndpointMutation);
  const begin = useOutcome();

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    const outcome = begin();
    const payload = (await send({ id, url: url.trim(), topics }))?.updateWebhookEndpoint;
    setEdited(payload);
    if (!payload) return outcome.failed(t("webhooks.edit.unknown", { url: before }));
    const [userError] = payload.userErrors;
    const refused = userError && refusalText("updateWebhookEndpoint", userError);
    if (refused !== undefined) outcome.failed(refused);
    else outcome.succeeded({ text: t("webhooks.edit.changed") }, page);
  }

  const refusalOf = (field: string) => {
    const refused = edited?.userErrors.find((one) => one.field?.[0] === field);
    return refused && refusalText("updateWebhookEndpoint", refused);
  };
  const other = refusalOf("id");
  return (
    <Dialog title={t("webhooks.edit.title")} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <UrlField url={url} change={setUrl} refusal={refusalOf("url")} />
          <TopicsField topics={topics} change={setTopics} />
        </DialogBody>
        <DialogActions>
          {other && !inFlight && <Banner tone="critical" title={other} />}
          {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={submit} />}
          <Button busy={inFlight} onClick={close}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" variant="primary" busy={inFlight}>
            {t(inFlight ? "webhooks.edit.saving" : "webhooks.edit.save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
