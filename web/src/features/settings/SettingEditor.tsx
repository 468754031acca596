import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { errorMessage } from "../errorMessage";
import { useUnsaved } from "../unsaved";
import { useIdempotentMutation } from "../useIdempotentMutation";
import { draftOf, valueFrom } from "./draft";
import { SettingControl } from "./SettingControl";
import styles from "./SettingEditor.module.css";
import { useStoreWrite } from "./useStoreWrite";

const UpdateSettingMutation = graphql(`
  mutation UpdateSetting($setting: SettingInput!, $key: String!) {
    updateSettings(settings: [$setting]) @idempotent(key: $key) {
      settings {
        ...Setting
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

/** Changes the value of one setting; what the server refuses stands at the control. */
export function SettingEditor({ setting: present, close }: { setting: SettingFragment; close(): void }) {
  const [setting] = useState(present); // as it was when editing began: a refetch changes no control
  const [draft, setDraft] = useState(() => draftOf(setting));
  const [refusal, setRefusal] = useState<string>();
  const [waiting, setWaiting] = useState(false);
  const { send, inFlight: sending, error } = useIdempotentMutation(UpdateSettingMutation);
  const written = useStoreWrite();
  const inFlight = sending || waiting;
  useUnsaved(draft !== draftOf(setting), "/settings", `What you typed for ${setting.key} is not saved.`);

  async function save(event: FormEvent) {
    event.preventDefault();
    const value = valueFrom(setting, draft);
    if (value === undefined) return setRefusal("This is not a value. Strings and names need quotation marks.");
    const data = await send({ setting: { key: setting.key, value } });
    const refused = data?.updateSettings?.userErrors[0];
    setRefusal(refused?.message);
    if (!data?.updateSettings?.settings || refused) return;
    if (setting.definition?.source === "SHOPIFY" && draft !== draftOf(setting)) {
      setWaiting(true);
      const done = await written(setting);
      setWaiting(false);
      if (!done) return setRefusal("Shopify has not taken this. The setting keeps the value that the store has.");
    }
    close();
  }

  return (
    <form className={styles.form} onSubmit={save} onKeyDown={(event) => event.key === "Escape" && !inFlight && close()}>
      <SettingControl setting={setting} draft={draft} change={setDraft} refusal={refusal} />
      {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={undefined} />}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" busy={inFlight}>
          {inFlight ? "Saving…" : "Save"}
        </Button>
        <Button busy={inFlight} onClick={close}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
