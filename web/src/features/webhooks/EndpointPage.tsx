import { useState } from "react";
import { Outlet, useParams } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { EndpointLogFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { Button, ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { DeliveryRow } from "./DeliveryRow";
import { EndpointActions } from "./EndpointActions";
import { EndpointFacts, StatusBadge } from "./EndpointRow";
import styles from "./Webhooks.module.css";

graphql(`
  fragment EndpointLog on WebhookEndpoint {
    ...Endpoint
    deliveries(first: 10, after: $after) {
      nodes {
        ...Delivery
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const WebhookEndpointQuery = graphql(`
  query WebhookEndpoint($id: ID!, $after: String) {
    node(id: $id) {
      ...EndpointLog
    }
  }
`);

/** One endpoint: what can be done with it, and the log of what was sent there, a page at a time. Dialogs open above it. */
export function EndpointPage() {
  const { endpointId: id = "" } = useParams();
  const [pages, setPages] = useState<string[]>([]); // the cursors that led to this page
  const response = useQuery({ query: WebhookEndpointQuery, variables: { id, after: pages.at(-1) ?? null } });
  const reload = () => response[1]({ requestPolicy: "network-only" });
  return (
    <>
      <Page
        title={t("webhooks.page.title")}
        actions={<ButtonLink to="/webhook-endpoints">{t("webhooks.page.all")}</ButtonLink>}
      >
        <QueryResult key={`${id} ${pages.at(-1)}`} response={response}>
          {({ node }) =>
            isEndpoint(node) ? (
              <Endpoint endpoint={node} pages={pages} onPages={setPages} reload={reload} />
            ) : (
              <p>{t("webhooks.notFound")}</p>
            )
          }
        </QueryResult>
      </Page>
      <Outlet />
    </>
  );
}

/** Other objects have no fields here. */
function isEndpoint(node: object | null): node is EndpointLogFragment {
  return node !== null && "deliveries" in node;
}

interface Props {
  endpoint: EndpointLogFragment;
  pages: string[];
  onPages(pages: string[]): void;
  reload(): void;
}

function Endpoint({ endpoint, pages, onPages, reload }: Props) {
  const { nodes, pageInfo } = endpoint.deliveries;
  return (
    <>
      <Section title={endpoint.url} aside={<StatusBadge status={endpoint.status} />}>
        <EndpointFacts endpoint={endpoint} />
        {endpoint.status !== "ACTIVE" && <p>{t(`webhooks.page.consequences.${endpoint.status}`)}</p>}
        <EndpointActions endpoint={endpoint} reload={reload} />
      </Section>
      <Section
        title={t("webhooks.page.deliveries")}
        aside={<Button onClick={reload}>{t("webhooks.page.refresh")}</Button>}
      >
        {nodes.length === 0 && <p>{t("webhooks.page.nothingSent")}</p>}
        <ul>
          {nodes.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} />
          ))}
        </ul>
        <nav className={styles.pages} aria-label={t("webhooks.page.pages")}>
          {pages.length > 0 && <Button onClick={() => onPages([])}>{t("webhooks.page.newest")}</Button>}
          {pageInfo.hasNextPage && (
            <Button onClick={() => onPages([...pages, pageInfo.endCursor ?? ""])}>{t("webhooks.page.older")}</Button>
          )}
        </nav>
      </Section>
    </>
  );
}
