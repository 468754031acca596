import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { ApiKeyScope, CreateApiKeyMutation as Created } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { useSecretMutation } from "../../shared/useSecretMutation";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { ApiKeysQuery } from "./ApiKeysPage";
import { Choice } from "./Choice";
import { KeySecretDialog, LostKey } from "./KeySecretDialog";
import { NameField } from "./NameField";
import { ScopesField } from "./ScopesField";
import { endOf, lives, type Span } from "./spans";

const CreateApiKeyMutation = graphql(`
  mutation CreateApiKey($name: String!, $scopes: [ApiKeyScope!]!, $expiresAt: DateTime) {
    createApiKey(name: $name, scopes: $scopes, expiresAt: $expiresAt) {
      apiKey {
        ...ApiKey
      }
      secret
      userErrors {
        code
        message
        field
      }
    }
  }
`);

const year = lives[2] as Span;

/** Asks what the new key is to be, and shows its secret. */
export function CreateDialog() {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<ApiKeyScope[]>(["READ"]);
  const [life, setLife] = useState(year);
  const [made, setMade] = useState<Created["createApiKey"]>();
  const { send, inFlight, error } = useSecretMutation(CreateApiKeyMutation, ApiKeysQuery);
  const close = useCloseDialog("/api-keys");

  async function submit(event: FormEvent) {
    event.preventDefault();
    setMade((await send({ name: name.trim(), scopes, expiresAt: endOf(life) }))?.createApiKey);
  }

  if (made?.apiKey && made.secret)
    return <KeySecretDialog name={made.apiKey.name} secret={made.secret} close={close} />;
  const refusalOf = (field: string | undefined) => {
    const refused = made?.userErrors.find((one) => one.field?.[0] === field);
    return refused && refusalText("createApiKey", refused);
  };
  const other = refusalOf(undefined);
  return (
    <Dialog title={t("apikeys.create.title")} busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <NameField name={name} change={setName} refusal={refusalOf("name")} />
          <ScopesField scopes={scopes} change={setScopes} refusal={refusalOf("scopes")} />
          <Choice label={t("apikeys.create.expires")} spans={lives} chosen={life} choose={setLife} />
        </DialogBody>
        <DialogActions>
          {other && <Banner tone="critical" title={other} />}
          {error && !inFlight && <LostKey error={error} />}
          <Button busy={inFlight} onClick={close}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" variant="primary" busy={inFlight}>
            {t(inFlight ? "apikeys.create.creating" : "apikeys.create.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
