import { useState } from "react";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import type { Json } from "../../json";
import { titleOf } from "../../shared/values/titleOf";
import { useLongSetting } from "../../shared/values/useLongValues";
import { draftOf, problemOf, valueFrom } from "./draft";
import type { Problem } from "./problem";
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

/** What is typed for a setting, as it was when editing began, and what was found when it was saved. */
export function useSettingDraft(setting: SettingFragment, close: () => void) {
  const [draft, setDraft] = useState(() => draftOf(setting));
  const [seen, setSeen] = useState<Json>(setting.value); // what saving replaces
  const [problem, setProblem] = useState<Problem>();
  const [waiting, setWaiting] = useState(false);
  const { send, inFlight: sending, error } = useIdempotentMutation(UpdateSettingMutation);
  const written = useStoreWrite();
  const readValue = useLongSetting();
  const inFlight = sending || waiting;

  /** Answers with what to tell when it is saved; undefined when it is not, which stands at the control. */
  async function save(): Promise<string | undefined> {
    if (inFlight) return undefined;
    const wrong = problemOf(setting, draft);
    if (wrong) {
      setProblem(wrong);
      return undefined;
    }
    const data = await send({ setting: { key: setting.key, value: valueFrom(setting, draft), expected: seen } });
    const refused = data?.updateSettings?.userErrors[0];
    if (refused?.code === "STALE_VALUE") {
      const now = await readValue(setting.key);
      if (now !== undefined) setSeen(now);
    }
    setProblem(refused && { message: refusalText("updateSettings", refused) });
    const answered = data?.updateSettings?.settings?.[0] as SettingFragment | undefined; // as the commit has left it
    if (!answered || refused || !(await isTaken(answered))) return undefined;
    close();
    return t("settings.editor.saved", { title: titleOf(setting) });
  }

  /** Whether the store has it, where the setting lives there. */
  async function isTaken(answered: SettingFragment): Promise<boolean> {
    const isThere = draft === draftOf({ ...setting, value: answered.value });
    if (setting.definition?.source !== "SHOPIFY" || isThere) return true;
    setWaiting(true);
    const done = await written(answered);
    setWaiting(false);
    if (!done) setProblem({ message: t("settings.editor.notTaken") });
    return done;
  }

  const unsaved = draft !== draftOf(setting);
  return { draft, setDraft, seen, problem, setProblem, inFlight, error, unsaved, save };
}
