import { type FormEvent, useRef, useState } from "react";
import { errorMessage } from "../../api/errorMessage";
import type { SettingFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { useNotify } from "../../shared/notice";
import { useUnsaved } from "../../shared/unsaved";
import { SettingValue } from "../../shared/values/SettingValue";
import { titleOf } from "../../shared/values/titleOf";
import { Button } from "../../ui/Button";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { SettingControl } from "./SettingControl";
import styles from "./SettingEditor.module.css";
import { useSettingDraft } from "./useSettingDraft";

/**
 * Changes the value of one setting; what the server refuses stands at the control. What somebody else has made of the setting
 * meanwhile is shown beside the draft, and replaced only by saving once more.
 */
export function SettingEditor({ setting: present, close }: { setting: SettingFragment; close(): void }) {
  const [setting] = useState(present); // as it was when editing began: a refetch changes no control
  const { draft, setDraft, seen, problem, setProblem, inFlight, error, unsaved, save } = useSettingDraft(
    setting,
    close,
  );
  const form = useRef<HTMLFormElement>(null);
  const notify = useNotify();
  useUnsaved(unsaved, "/settings", t("settings.editor.unsaved", { title: titleOf(setting) }), {
    save: async () => (form.current?.reportValidity() ? save() : undefined),
    discard: close,
  });

  async function submit(event: FormEvent) {
    event.preventDefault();
    const saved = await save();
    if (saved) notify({ text: saved });
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
