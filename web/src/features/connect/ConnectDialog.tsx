import { useQuery } from "urql";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { Dialog } from "../../ui/Dialog";
import { NotConnectable } from "./NotConnectable";
import { ShopChoice } from "./ShopChoice";
import { TikTokConsent } from "./TikTokConsent";
import { useConnect } from "./useConnect";
import { useConsent } from "./useConsent";
import { WhatChanges } from "./WhatChanges";

const ConnectPreviewQuery = graphql(`
  query ConnectPreview {
    store {
      id
      connectPreview {
        refusal {
          code
          message
        }
        ...WhatChanges
      }
    }
    settings {
      ...Present
    }
    sandboxShops {
      ...Shop
    }
  }
`);

/**
 * Shows what will change, and leads to TikTok, where the shop's owner is asked. The sandbox offers shops of several kinds to be
 * connected without that.
 */
export function ConnectDialog() {
  const response = useQuery({ query: ConnectPreviewQuery, requestPolicy: "network-only" });
  const connection = useConnect();
  const consent = useConsent();
  const close = useCloseDialog("/settings");
  return (
    <Dialog title={t("connect.title")} busy={connection.inFlight || consent.inFlight} onClose={close}>
      <QueryResult response={response}>
        {({ store, settings, sandboxShops }) => {
          const { refusal } = store.connectPreview;
          if (refusal) return <NotConnectable refusal={refusal} retry={response[1]} close={close} />;
          const changes = <WhatChanges preview={store.connectPreview} present={settings} />;
          return sandboxShops.length > 0 ? (
            <ShopChoice shops={sandboxShops} connection={connection} consent={consent} close={close}>
              {changes}
            </ShopChoice>
          ) : (
            <TikTokConsent consent={consent} close={close}>
              {changes}
            </TikTokConsent>
          );
        }}
      </QueryResult>
    </Dialog>
  );
}
