import { useEffect, useRef } from "react";
import { Outlet } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ApiKeyFragment } from "../../gql/graphql";
import { ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { QueryResult } from "../QueryResult";
import { ApiKeyRow } from "./ApiKeyRow";
import styles from "./ApiKeysPage.module.css";

export const ApiKeysQuery = graphql(`
  query ApiKeys {
    apiKeys {
      ...ApiKey
    }
  }
`);

/** The keys of partners' programs, and the way to make another. Dialogs open above it. */
export function ApiKeysPage() {
  const response = useQuery({ query: ApiKeysQuery });
  return (
    <>
      <Page
        title="API keys"
        actions={
          <ButtonLink variant="primary" to="/api-keys/new">
            Create API key
          </ButtonLink>
        }
      >
        <p className={styles.about}>
          With an API key a partner's program acts for your store, as far as the key allows. What it does stands in the
          activity under the key's name. To try the API yourself, no key is needed:{" "}
          <a href={`/graphiql${arrival}`}>open GraphiQL</a>.
        </p>
        <QueryResult response={response}>{({ apiKeys }) => <Keys apiKeys={apiKeys} />}</QueryResult>
      </Page>
      <Outlet />
    </>
  );
}

/** Which store's admin opened the app, as it stood in the address then: App Bridge on another page wants to know. */
const arrival = whereFrom(new URLSearchParams(window.location.search));

function whereFrom(given: URLSearchParams): string {
  const kept = [...given].filter(([name]) => name === "shop" || name === "host");
  return kept.length > 0 ? `?${new URLSearchParams(kept)}` : "";
}

function Keys({ apiKeys }: { apiKeys: ApiKeyFragment[] }) {
  const count = useRef(apiKeys.length);
  useEffect(() => {
    // The button that opened the dialog has gone with its key
    if (apiKeys.length < count.current && document.activeElement === document.body)
      document.querySelector("h1")?.focus();
    count.current = apiKeys.length;
  }, [apiKeys.length]);
  return (
    <Section title="Keys">
      {apiKeys.length === 0 && <p>There are none yet.</p>}
      <ul>
        {apiKeys.map((apiKey) => (
          <ApiKeyRow key={apiKey.id} apiKey={apiKey} />
        ))}
      </ul>
    </Section>
  );
}
