import type { ConnectTikTokShopErrorCode } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { DialogActions, DialogBody } from "../../ui/Dialog";

interface Props {
  refusal: { code: ConnectTikTokShopErrorCode; message: string };
  /** Asks again whether a shop can be connected. */
  retry(options: { requestPolicy: "network-only" }): void;
  close(): void;
}

/** Why no shop can be connected now, and the way out. */
export function NotConnectable({ refusal, retry, close }: Props) {
  return (
    <>
      <DialogBody>
        <Banner tone="critical" title={refusalText("connectTikTokShop", refusal)} />
        <p>{t("connect.nothingChanged")}</p>
      </DialogBody>
      <DialogActions>
        <Button onClick={close}>{t("ui.close")}</Button>
        {refusal.code !== "ALREADY_CONNECTED" && (
          <Button variant="primary" onClick={() => retry({ requestPolicy: "network-only" })}>
            {t("ui.tryAgain")}
          </Button>
        )}
      </DialogActions>
    </>
  );
}
