import { type FormEvent, useState } from "react";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import { Failure } from "../../ui/Failure";
import { told } from "../failure";
import { useKeyedMutation } from "../useKeyedMutation";
import { Control } from "./Control";
import { draftOf, valueFrom } from "./draft";
import styles from "./Editor.module.css";

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
export function Editor({ setting: present, done }: { setting: SettingFragment; done(): void }) {
  const [setting] = useState(present); // as it was when editing began: what comes meanwhile changes no control
  const [draft, setDraft] = useState(() => draftOf(setting));
  const [refusal, refuse] = useState<string>();
  const { send, running, error } = useKeyedMutation(UpdateSettingMutation);

  async function save(event: FormEvent) {
    event.preventDefault();
    const value = valueFrom(setting, draft);
    if (value === undefined) return refuse("This is not a value. Strings and names need quotation marks.");
    const answer = await send({ setting: { key: setting.key, value } });
    const refused = answer?.updateSettings?.userErrors[0];
    refuse(refused?.message);
    if (answer?.updateSettings?.settings && !refused) done();
  }

  return (
    <form className={styles.form} onSubmit={save} onKeyDown={(event) => event.key === "Escape" && !running && done()}>
      <Control setting={setting} draft={draft} change={setDraft} refusal={refusal} />
      {error && !running && <Failure {...told(error)} again={undefined} />}
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={running}>
          {running ? "Saving…" : "Save"}
        </Button>
        <Button busy={running} onClick={done}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
