import { useEffect, useRef } from "react";
import { Outlet } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ApiKeyFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { DailyLimitNotice } from "../../shared/DailyLimitNotice";
import { QueryResult } from "../../shared/QueryResult";
import { ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
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
        title={t("apikeys.title")}
        actions={
          <ButtonLink variant="primary" to="/api-keys/new">
            {t("apikeys.create.title")}
          </ButtonLink>
        }
      >
        <p className={styles.about}>
          {t("apikeys.about")}
          {graphiQL && (
            <>
              {" "}
              <Message id="apikeys.try" elements={{ link: (words) => <a href={`/graphiql${arrival}`}>{words}</a> }} />
            </>
          )}
        </p>
        <DailyLimitNotice />
        <QueryResult response={response}>{({ apiKeys }) => <Keys apiKeys={apiKeys} />}</QueryResult>
      </Page>
      <Outlet />
    </>
  );
}

const graphiQL = document.querySelector('meta[name="graphiql"]') !== null;

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
    <Section title={t("apikeys.keys")}>
      {apiKeys.length === 0 && <p>{t("apikeys.none")}</p>}
      <ul>
        {apiKeys.map((apiKey) => (
          <ApiKeyRow key={apiKey.id} apiKey={apiKey} />
        ))}
      </ul>
    </Section>
  );
}
