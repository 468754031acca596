import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Page } from "../../ui/Page";
import { QueryResult } from "../QueryResult";
import { useTransitions } from "../transitions/TransitionsProvider";
import { ChannelCard } from "./ChannelCard";
import { LatestActivity } from "./LatestActivity";
import { OrderRoutes } from "./OrderRoutes";
import styles from "./OverviewPage.module.css";

graphql(`
  fragment OverviewCards on Overview {
    tikTokShop {
      ...Channel
    }
    tikTokForBusiness {
      ...Channel
    }
    orderManagement {
      routes {
        ...Route
      }
    }
  }
`);

export const OverviewQuery = graphql(`
  query Overview {
    overview {
      ...OverviewCards
    }
  }
`);

/** The first page: how each channel stands, and where orders are looked after. */
export function OverviewPage() {
  const response = useQuery({ query: OverviewQuery });
  const busy = useTransitions().length > 0;
  return (
    <Page title="Overview">
      <QueryResult response={response}>
        {({ overview }) => (
          <>
            <div className={styles.channels}>
              <ChannelCard
                title="TikTok Shop"
                channel={overview.tikTokShop}
                hint={busy ? busyHint : shopHint}
                connectAt={busy ? undefined : "/settings/connect"}
              />
              <ChannelCard
                title="TikTok for Business"
                channel={overview.tikTokForBusiness}
                hint={adsHint}
                connectAt={undefined}
              />
            </div>
            <OrderRoutes routes={overview.orderManagement.routes} />
          </>
        )}
      </QueryResult>
      <LatestActivity />
    </Page>
  );
}

const shopHint = "Connect a TikTok Shop account to sell this store's products on TikTok.";
const busyHint =
  "A TikTok Shop account is being connected or disconnected. Another one can be connected when that is done.";
const adsHint = "No TikTok for Business account is connected. Ads are set up in TikTok Ads Manager.";
