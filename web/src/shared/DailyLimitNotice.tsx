import { useQuery } from "urql";
import { graphql } from "../gql";
import { formatZoned } from "../i18n/format";
import { t } from "../i18n/messages";
import { Banner } from "../ui/Banner";
import { percentToTell } from "./dailyLimit";

const DailyLimitsQuery = graphql(`
  query DailyLimits {
    store {
      id
      dailyLimits {
        history {
          limit
          used
        }
        resetsAt
      }
    }
  }
`);

/** How much of what may be stored for the store today is used, once that is much of it, and what comes of it. */
export function DailyLimitNotice() {
  const [{ data }] = useQuery({ query: DailyLimitsQuery });
  if (!data) return null;
  const { history, resetsAt } = data.store.dailyLimits;
  const percent = percentToTell(history);
  if (percent === undefined) return null;
  const at = formatZoned(new Date(resetsAt));
  return (
    <Banner tone="info" title={percent < 100 ? t("dailyLimit.nearly", { percent }) : t("dailyLimit.reached", { at })}>
      <p>{percent < 100 ? t("dailyLimit.outlook", { at }) : t("dailyLimit.goesOn")}</p>
    </Banner>
  );
}
