import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { ApiKeyScope, CreateApiKeyMutation as Created } from "../../gql/graphql";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { useCloseDialog } from "../useCloseDialog";
import { Choice } from "./Choice";
import { LostResponse } from "./LostResponse";
import { NameField } from "./NameField";
import { ScopesField } from "./ScopesField";
import { SecretDialog } from "./SecretDialog";
import { endOf, lives, type Span } from "./spans";
import { useSecretMutation } from "./useSecretMutation";

const CreateApiKeyMutation = graphql(`
  mutation CreateApiKey($name: String!, $scopes: [ApiKeyScope!]!, $expiresAt: DateTime) {
    createApiKey(name: $name, scopes: $scopes, expiresAt: $expiresAt) {
      apiKey {
        ...ApiKey
      }
      secret
      userErrors {
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
  const { send, inFlight, error } = useSecretMutation(CreateApiKeyMutation);
  const close = useCloseDialog("/api-keys");

  async function submit(event: FormEvent) {
    event.preventDefault();
    setMade((await send({ name: name.trim(), scopes, expiresAt: endOf(life) }))?.createApiKey);
  }

  if (made?.apiKey && made.secret) return <SecretDialog name={made.apiKey.name} secret={made.secret} close={close} />;
  const refusalOf = (field: string | undefined) => made?.userErrors.find((one) => one.field?.[0] === field)?.message;
  const other = refusalOf(undefined);
  return (
    <Dialog title="Create API key" busy={inFlight} onClose={close}>
      <form onSubmit={submit}>
        <DialogBody>
          <NameField name={name} change={setName} refusal={refusalOf("name")} />
          <ScopesField scopes={scopes} change={setScopes} refusal={refusalOf("scopes")} />
          <Choice label="Expires" spans={lives} chosen={life} choose={setLife} />
        </DialogBody>
        <DialogActions>
          {other && <Banner tone="critical" title={other} />}
          {error && !inFlight && <LostResponse error={error} />}
          <Button busy={inFlight} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" busy={inFlight}>
            {inFlight ? "Creating…" : "Create"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
