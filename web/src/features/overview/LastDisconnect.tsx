import { Link } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { LastDisconnectQuery as LastDisconnectData } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { Section } from "../../ui/Section";

const LastDisconnectQuery = graphql(`
  query LastDisconnect {
    accounts {
      id
      name
      disconnectionHistory(first: 1) {
        nodes {
          id
          status
          disconnectedAt
          handoff(first: 1) {
            unacknowledgedCount
          }
          restoration {
            exceptions(first: 1) {
              totalCount
            }
          }
        }
      }
    }
  }
`);

/** What the last disconnect has left to the seller: open orders that nobody has taken over, and values that were not put back. */
export default function LastDisconnect() {
  const [{ data }] = useQuery({ query: LastDisconnectQuery });
  const last = data && lastOf(data);
  if (!last) return null;
  const waiting = last.handoff.unacknowledgedCount;
  const exceptions = last.restoration.exceptions.totalCount;
  if (waiting + exceptions === 0) return null;
  return (
    <Section
      title={t("overview.left.title", { name: last.name })}
      aside={<Link to={`/activity/disconnections/${encodeURIComponent(last.id)}`}>{t("shared.openRecord")}</Link>}
    >
      {exceptions > 0 && <p>{t("overview.left.exceptions", { count: exceptions })}</p>}
      {waiting > 0 && <p>{t("overview.left.orders", { count: waiting })}</p>}
    </Section>
  );
}

/** The newest record of all accounts, with the account's name. */
function lastOf({ accounts }: LastDisconnectData) {
  return accounts
    .flatMap(({ name, disconnectionHistory }) => disconnectionHistory.nodes.map((record) => ({ name, ...record })))
    .sort((one, other) => Date.parse(other.disconnectedAt) - Date.parse(one.disconnectedAt))[0];
}
