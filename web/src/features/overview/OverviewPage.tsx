import { lazy, Suspense } from "react";
import { useQuery } from "urql";
import { OverviewQuery } from "../../api/overview";
import { t } from "../../i18n/messages";
import { accountKind } from "../../shared/accountKinds";
import { QueryResult } from "../../shared/QueryResult";
import { useTransitions } from "../../shared/transitions/TransitionsProvider";
import { Page } from "../../ui/Page";
import { ChannelCard } from "./ChannelCard";
import { LatestActivity, LatestActivityQuery } from "./LatestActivity";
import { OrderRoutes } from "./OrderRoutes";
import styles from "./OverviewPage.module.css";

/** Not there on most visits. Without it the page says nothing of the last disconnect, and all else. */
const LastDisconnect = lazy(() => import("./LastDisconnect").catch(() => ({ default: () => null })));

/** The first page: how each channel stands, and where orders are looked after. */
export function OverviewPage() {
  const response = useQuery({ query: OverviewQuery });
  const latest = useQuery({ query: LatestActivityQuery });
  const hasHadShop = latest[0].data?.accounts.some(({ kind }) => kind === "TIKTOK_SHOP");
  const busy = useTransitions().length > 0;
  return (
    <Page title={t("overview.title")}>
      <QueryResult response={response} other={latest}>
        {({ overview }) => (
          <>
            <div className={styles.channels}>
              <ChannelCard
                title={accountKind("TIKTOK_SHOP")}
                channel={overview.tikTokShop}
                hint={t(busy ? "overview.busyHint" : "overview.shopHint")}
                connectAt={busy ? undefined : "/settings/connect"}
              />
              <ChannelCard
                title={accountKind("TIKTOK_FOR_BUSINESS")}
                channel={overview.tikTokForBusiness}
                hint={t("overview.adsHint")}
                connectAt={undefined}
              />
            </div>
            {overview.tikTokShop.status !== "CONNECTED" && !busy && (
              <Suspense>
                <LastDisconnect />
              </Suspense>
            )}
            {(overview.tikTokShop.accounts.length > 0 || hasHadShop) && (
              <OrderRoutes routes={overview.orderManagement.routes} />
            )}
          </>
        )}
      </QueryResult>
      <LatestActivity response={latest} told={response[0].error !== undefined && latest[0].error !== undefined} />
    </Page>
  );
}
