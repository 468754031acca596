import { useQuery } from "urql";
import { graphql } from "../gql";
import type { NextStepsQuery as NextStepsData } from "../gql/graphql";
import { Message } from "../i18n/Message";
import { t } from "../i18n/messages";
import { ButtonLink } from "../ui/Button";
import { ExternalLink } from "../ui/ExternalLink";

const NextStepsQuery = graphql(`
  query NextSteps($id: ID!) {
    disconnection(id: $id) {
      id
      account {
        id
        orderManagement {
          routes {
            task
            system
            url
          }
        }
      }
      handoff(first: 1) {
        unacknowledgedCount
      }
    }
    overview {
      tikTokShop {
        status
      }
    }
  }
`);

/** What the seller does after a disconnect; the list of open orders may still be coming in. */
export function useNextSteps(record: string | undefined): NextStepsData | undefined {
  const [{ data }] = useQuery({ query: NextStepsQuery, variables: { id: record ?? "" }, pause: !record });
  return record ? data : undefined;
}

/** Where order work is done now, and how much of it waits. */
export function OrderWork({ steps }: { steps: NextStepsData }) {
  const center = steps.disconnection?.account.orderManagement?.routes.find(({ system }) => system === "SELLER_CENTER");
  const url = center?.url;
  if (!url) return null;
  const waiting = steps.disconnection?.handoff.unacknowledgedCount ?? 0;
  return (
    <p>
      <Message
        id="shared.nextSteps.orderWork"
        elements={{ link: (words) => <ExternalLink href={url}>{words}</ExternalLink> }}
      />{" "}
      {waiting > 0 && t("shared.nextSteps.waiting", { count: waiting })}
    </p>
  );
}

/** The way to connect a shop again, while none is connected. */
export function ConnectAgain({ steps }: { steps: NextStepsData }) {
  if (steps.overview.tikTokShop.status === "CONNECTED") return null;
  return <ButtonLink to="/settings/connect">{t("shared.nextSteps.connectAgain")}</ButtonLink>;
}
