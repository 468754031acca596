import { useState } from "react";
import { errorMessage } from "../../api/errorMessage";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import type { EndpointFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { Banner } from "../../ui/Banner";
import { Button, ButtonLink } from "../../ui/Button";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { useSendLatest } from "./useSendLatest";
import styles from "./Webhooks.module.css";

const UpdateWebhookEndpointMutation = graphql(`
  mutation UpdateWebhookEndpoint($id: ID!, $enabled: Boolean!, $key: String!) {
    updateWebhookEndpoint(id: $id, enabled: $enabled) @idempotent(key: $key) {
      webhookEndpoint {
        ...Endpoint
      }
      userErrors {
        code
        message
      }
    }
  }
`);

/** What can be done with an endpoint. */
export function EndpointActions({ endpoint: { id, status }, reload }: Props) {
  const at = `/webhook-endpoints/${encodeURIComponent(id)}`;
  const disabled = status === "DISABLED";
  const [refusal, setRefusal] = useState<string>();
  const { send, inFlight, error } = useIdempotentMutation(UpdateWebhookEndpointMutation);
  const latest = useSendLatest(id, reload);

  async function toggle() {
    const payload = (await send({ id, enabled: disabled }))?.updateWebhookEndpoint;
    const refused = payload?.userErrors[0];
    setRefusal(refused && refusalText("updateWebhookEndpoint", refused));
    reload();
  }

  return (
    <>
      {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
      {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={toggle} />}
      <div className={styles.actions}>
        {!disabled && (
          <Button busy={latest.inFlight} onClick={latest.send}>
            {t("webhooks.actions.sendLatest")}
          </Button>
        )}
        <Button busy={inFlight} onClick={toggle}>
          {t(disabled ? "webhooks.actions.enable" : "webhooks.actions.disable")}
        </Button>
        <ButtonLink to={`${at}/edit`}>{t("webhooks.actions.edit")}</ButtonLink>
        <ButtonLink to={`${at}/rotate`}>{t("webhooks.actions.rotate")}</ButtonLink>
        <ButtonLink to={`${at}/delete`}>{t("webhooks.actions.delete")}</ButtonLink>
      </div>
      <p role="status">{latest.said}</p>
    </>
  );
}

interface Props {
  endpoint: EndpointFragment;
  reload(): void;
}
