import { type FormEvent, useState } from "react";
import { errorMessage } from "../../api/errorMessage";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import type { ApiKeyFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useOutcome } from "../../shared/notice";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { Timestamp } from "../../ui/Timestamp";
import { KeyDialog } from "./KeyDialog";

const RevokeApiKeyMutation = graphql(`
  mutation RevokeApiKey($id: ID!, $key: String!) {
    revokeApiKey(id: $id) @idempotent(key: $key) {
      apiKey {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export function RevokeDialog() {
  const close = useCloseDialog("/api-keys");
  return (
    <KeyDialog title={t("apikeys.revoke.title")} close={close}>
      {(apiKey) => <Confirmation apiKey={apiKey} close={close} />}
    </KeyDialog>
  );
}

/** What revoking does, to be confirmed. */
function Confirmation({ apiKey, close }: { apiKey: ApiKeyFragment; close(): void }) {
  const { id, name, prefix, lastUsedAt } = useState(apiKey)[0]; // it is in no list any more when it is done
  const [refusal, setRefusal] = useState<string>();
  const { send, inFlight, error } = useIdempotentMutation(RevokeApiKeyMutation);
  const begin = useOutcome();

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    const outcome = begin();
    const payload = (await send({ id }))?.revokeApiKey;
    if (!payload) return outcome.failed(t("apikeys.revoke.unknown", { name }));
    const [userError] = payload.userErrors;
    const refused = userError && refusalText("revokeApiKey", userError);
    setRefusal(refused);
    if (refused !== undefined) outcome.failed(refused);
    else outcome.succeeded({ text: t("apikeys.revoke.revoked", { name }) }, "/api-keys");
  }

  return (
    <Dialog title={t("apikeys.revoke.titleOf", { name })} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <p>
            <Message
              id="apikeys.revoke.about"
              values={{ prefix }}
              elements={{ code: (words) => <code>{words}</code> }}
            />
          </p>
          <p>
            {lastUsedAt ? (
              <Message id="apikeys.revoke.lastUsed" values={{ at: <Timestamp at={lastUsedAt} as="fromNow" /> }} />
            ) : (
              t("apikeys.revoke.neverUsed")
            )}
          </p>
        </DialogBody>
        <DialogActions>
          {refusal && !inFlight && <Banner tone="critical" title={refusal} />}
          {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={submit} />}
          <Button busy={inFlight} onClick={close}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" variant="critical" busy={inFlight}>
            {t(inFlight ? "apikeys.revoke.revoking" : "apikeys.revoke.revoke")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
