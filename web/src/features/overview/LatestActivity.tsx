import { Link } from "react-router";
import type { UseQueryResponse } from "urql";
import { graphql } from "../../gql";
import type { LatestActivityQuery as LatestActivityData } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { AuditEntries } from "../../shared/AuditEntries";
import { QueryResult } from "../../shared/QueryResult";
import { Section } from "../../ui/Section";

export const LatestActivityQuery = graphql(`
  query LatestActivity {
    accounts {
      id
      kind
    }
    auditTrail(first: 5) {
      nodes {
        ...Entry
      }
    }
  }
`);

interface Props {
  response: UseQueryResponse<LatestActivityData>;
  /** Whether the page says already that it cannot be read. */
  told: boolean;
}

/** The last things that were done to the store. */
export function LatestActivity({ response, told }: Props) {
  if (told && !response[0].data) return null;
  return (
    <Section title={t("overview.latestActivity")} aside={<Link to="/activity">{t("overview.allActivity")}</Link>}>
      <QueryResult response={response} told={told}>
        {({ auditTrail }) => <AuditEntries entries={auditTrail.nodes} />}
      </QueryResult>
    </Section>
  );
}
