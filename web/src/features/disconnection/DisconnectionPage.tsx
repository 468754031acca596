import { Outlet, useParams } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { Page } from "../../ui/Page";
import { DisconnectionRecord } from "./DisconnectionRecord";
import styles from "./DisconnectionRecord.module.css";

const DisconnectionQuery = graphql(`
  query Disconnection($id: ID!) {
    disconnection(id: $id) {
      ...Record
    }
    store {
      id
      name
      domain
    }
  }
`);

/** The record of one disconnect, for ever. A dialog opens above it. */
export function DisconnectionPage() {
  const { id = "" } = useParams();
  const response = useQuery({ query: DisconnectionQuery, variables: { id } });
  return (
    <>
      <Page title={t("disconnection.title")}>
        <QueryResult key={id} response={response}>
          {({ disconnection, store }) =>
            disconnection ? (
              <>
                <p className={styles.paper}>{`${store.name} (${store.domain})`}</p>
                <DisconnectionRecord record={disconnection} />
              </>
            ) : (
              <p>{t("disconnection.notFound")}</p>
            )
          }
        </QueryResult>
      </Page>
      <Outlet />
    </>
  );
}
