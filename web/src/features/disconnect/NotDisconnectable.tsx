import { Link } from "react-router";
import type { DisconnectableFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { Support } from "../../ui/Support";

interface Props {
  account: DisconnectableFragment | undefined;
  requestId: string | undefined;
}

/** Why the account of this address cannot be disconnected. */
export function NotDisconnectable({ account, requestId }: Props) {
  if (!account) return <p>{t("disconnect.cannot.noAccount")}</p>;
  const { name, kind, status, disconnectionHistory } = account;
  const record = disconnectionHistory.nodes[0];
  if (kind !== "TIKTOK_SHOP") return <p>{t("disconnect.cannot.notShop", { name })}</p>;
  if (status === "CONNECTED")
    return (
      <>
        <p>{t("disconnect.cannot.damaged", { name })}</p>
        <Support requestId={requestId} />
      </>
    );
  return (
    <>
      <p>{t(status === "DISCONNECTING" ? "disconnect.cannot.underWay" : "disconnect.cannot.already", { name })}</p>
      {record && (
        <p>
          <Link to={`/activity/disconnections/${encodeURIComponent(record.id)}`}>{t("shared.openRecord")}</Link>
        </p>
      )}
    </>
  );
}
