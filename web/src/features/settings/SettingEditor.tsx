import { type FormEvent, useRef, useState } from "react";
import { errorMessage } from "../../api/errorMessage";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import type { Json } from "../../json";
import { useNotify } from "../../shared/notice";
import { useUnsaved } from "../../shared/unsaved";
import { SettingValue } from "../../shared/values/SettingValue";
import { titleOf } from "../../shared/values/titleOf";
import { useLongSetting } from "../../shared/values/useLongValues";
import { Button } from "../../ui/Button";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { draftOf, problemOf, valueFrom } from "./draft";
import type { Problem } from "./problem";
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

/**
 * Changes the value of one setting; what the server refuses stands at the control. What somebody else has made of the setting
 * meanwhile is shown beside the draft, and replaced only by saving once more.
 */
export function SettingEditor({ setting: present, close }: { setting: SettingFragment; close(): void }) {
  const [setting] = useState(present); // as it was when editing began: a refetch changes no control
  const [draft, setDraft] = useState(() => draftOf(setting));
  const [seen, setSeen] = useState<Json>(setting.value); // what saving replaces
  const [problem, setProblem] = useState<Problem>();
  const [waiting, setWaiting] = useState(false);
  const { send, inFlight: sending, error } = useIdempotentMutation(UpdateSettingMutation);
  const written = useStoreWrite();
  const notify = useNotify();
  const readValue = useLongSetting();
  const inFlight = sending || waiting;
  const form = useRef<HTMLFormElement>(null);
  const unsaved = draft !== draftOf(setting);
  useUnsaved(unsaved, "/settings", t("settings.editor.unsaved", { title: titleOf(setting) }), {
    save: async () => (form.current?.reportValidity() ? save() : undefined),
    discard: close,
  });

  async function submit(event: FormEvent) {
    event.preventDefault();
    const saved = await save();
    if (saved) notify({ text: saved });
  }

  /** Answers with what to tell when it is saved; undefined when it is not, which stands at the control. */
  async function save(): Promise<string | undefined> {
    if (inFlight) return undefined;
    const wrong = problemOf(setting, draft);
    if (wrong) {
      setProblem(wrong);
      return undefined;
    }
    const value = valueFrom(setting, draft);
    const data = await send({ setting: { key: setting.key, value, expected: seen } });
    const refused = data?.updateSettings?.userErrors[0];
    if (refused?.code === "STALE_VALUE") {
      const now = await readValue(setting.key);
      if (now !== undefined) setSeen(now);
    }
    setProblem(refused && { message: refusalText("updateSettings", refused) });
    const answered = data?.updateSettings?.settings?.[0] as SettingFragment | undefined; // as the commit has left it
    if (!answered || refused) return undefined;
    if (setting.definition?.source === "SHOPIFY" && draft !== draftOf({ ...setting, value: answered.value })) {
      setWaiting(true);
      const done = await written(answered);
      setWaiting(false);
      if (!done) {
        setProblem({ message: t("settings.editor.notTaken") });
        return undefined;
      }
    }
    close();
    return t("settings.editor.saved", { title: titleOf(setting) });
  }

  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={submit}
      onKeyDown={(event) => event.key === "Escape" && !inFlight && close()}
    >
      <SettingControl setting={setting} draft={draft} change={setDraft} problem={problem} report={setProblem} />
      {seen !== setting.value && (
        <div role="status">
          <Message id="settings.editor.valueNow" values={{ value: <SettingValue name={setting.key} value={seen} /> }} />
        </div>
      )}
      {error && !inFlight && <ErrorBanner {...errorMessage(error)} retry={undefined} />}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" busy={inFlight}>
          {t(inFlight ? "settings.editor.saving" : "settings.editor.save")}
        </Button>
        <Button busy={inFlight} onClick={close}>
          {t("ui.cancel")}
        </Button>
      </div>
    </form>
  );
}
