import { Outlet } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { EndpointRow } from "./EndpointRow";
import styles from "./Webhooks.module.css";

export const WebhookEndpointsQuery = graphql(`
  query WebhookEndpoints {
    webhookEndpoints {
      ...Endpoint
    }
  }
`);

/** Where the store's events are sent to, and the way to have them sent elsewhere, too. A dialog opens above it. */
export function WebhooksPage() {
  const response = useQuery({ query: WebhookEndpointsQuery });
  return (
    <>
      <Page
        title={t("webhooks.title")}
        actions={
          <ButtonLink variant="primary" to="/webhook-endpoints/new">
            {t("webhooks.create.open")}
          </ButtonLink>
        }
      >
        <p className={styles.subdued}>{t("webhooks.about")}</p>
        <QueryResult response={response}>
          {({ webhookEndpoints }) => (
            <Section title={t("webhooks.endpoints")}>
              {webhookEndpoints.length === 0 && <p>{t("webhooks.none")}</p>}
              <ul>
                {webhookEndpoints.map((endpoint) => (
                  <EndpointRow key={endpoint.id} endpoint={endpoint} />
                ))}
              </ul>
            </Section>
          )}
        </QueryResult>
      </Page>
      <Outlet />
    </>
  );
}
