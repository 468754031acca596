import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { ApiKeyFragment, RotateApiKeyMutation as Rotated } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { useSecretMutation } from "../../shared/useSecretMutation";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { ApiKeysQuery } from "./ApiKeysPage";
import { Choice } from "./Choice";
import { KeyDialog } from "./KeyDialog";
import { KeySecretDialog, LostKey } from "./KeySecretDialog";
import { endOf, overlaps, type Span } from "./spans";

const RotateApiKeyMutation = graphql(`
  mutation RotateApiKey($id: ID!, $predecessorExpiresAt: DateTime) {
    rotateApiKey(id: $id, predecessorExpiresAt: $predecessorExpiresAt) {
      apiKey {
        ...ApiKey
      }
      predecessor {
        ...ApiKey
      }
      secret
      userErrors {
        code
        message
      }
    }
  }
`);

const oneDay = overlaps[1] as Span;

export function RotateDialog() {
  const close = useCloseDialog("/api-keys");
  return (
    <KeyDialog title={t("apikeys.rotate.title")} close={close}>
      {(apiKey) => <Rotation apiKey={apiKey} close={close} />}
    </KeyDialog>
  );
}

/** What rotating does and when the old key ends; then the secret of the new one. */
function Rotation({ apiKey, close }: { apiKey: ApiKeyFragment; close(): void }) {
  const [{ id, name }] = useState(apiKey);
  const [overlap, setOverlap] = useState(oneDay);
  const [rotated, setRotated] = useState<Rotated["rotateApiKey"]>();
  const { send, inFlight, error } = useSecretMutation(RotateApiKeyMutation, ApiKeysQuery);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setRotated((await send({ id, predecessorExpiresAt: endOf(overlap) }))?.rotateApiKey);
  }

  if (rotated?.secret) return <KeySecretDialog name={name} secret={rotated.secret} close={close} />;
  const [refusal] = rotated?.userErrors ?? [];
  const refused = refusal && refusalText("rotateApiKey", refusal);
  return (
    <Dialog title={t("apikeys.rotate.titleOf", { name })} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <p>{t("apikeys.rotate.about")}</p>
          <Choice label={t("apikeys.rotate.oldEnds")} spans={overlaps} chosen={overlap} choose={setOverlap} />
        </DialogBody>
        <DialogActions>
          {refused && !inFlight && <Banner tone="critical" title={refused} />}
          {error && !inFlight && <LostKey error={error} />}
          <Button busy={inFlight} onClick={close}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" variant="primary" busy={inFlight}>
            {t(inFlight ? "apikeys.rotate.rotating" : "apikeys.rotate.rotate")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
