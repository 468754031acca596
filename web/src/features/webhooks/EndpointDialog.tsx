import type { ReactNode } from "react";
import { useParams } from "react-router";
import { useQuery } from "urql";
import type { EndpointFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { Dialog, DialogBody } from "../../ui/Dialog";
import { WebhookEndpointsQuery } from "./WebhooksPage";

interface Props {
  title: string;
  close(): void;
  children(endpoint: EndpointFragment): ReactNode;
}

/** Finds the endpoint that the address names, for a dialog of its own. */
export function EndpointDialog({ title, close, children }: Props) {
  const { endpointId } = useParams();
  const response = useQuery({ query: WebhookEndpointsQuery });
  const endpoint = response[0].data?.webhookEndpoints.find(({ id }) => id === endpointId);
  if (endpoint) return children(endpoint);
  return (
    <Dialog title={title} onClose={close}>
      <DialogBody>
        <QueryResult response={response}>{() => <p>{t("webhooks.notFound")}</p>}</QueryResult>
      </DialogBody>
    </Dialog>
  );
}
