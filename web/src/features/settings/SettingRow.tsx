import { useEffect, useRef, useState } from "react";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { isLong, LongValue } from "../../shared/values/LongValue";
import { SettingValue } from "../../shared/values/SettingValue";
import { descriptionOf, titleOf } from "../../shared/values/titleOf";
import { useLongSetting } from "../../shared/values/useLongValues";
import { Badge } from "../../ui/Badge";
import { Button } from "../../ui/Button";
import { isWrittenByPrograms, whyNoForm } from "./editable";
import { SettingEditor } from "./LazySettingEditor";
import { SettingDetails } from "./SettingDetails";
import styles from "./SettingRow.module.css";

graphql(`
  fragment Setting on Setting {
    key
    scope
    value: shortValue
    valueBytes
    updatedAt
    updatedBy {
      kind
      name
    }
    definition {
      title
      group
      description
      type
      values
      editable
      source
    }
  }
`);

interface Props {
  setting: SettingFragment;
  editable: boolean;
  /** Somebody has changed it since TikTok Shop was connected. */
  changed: boolean;
  /** It is not among what was looked for: what is typed in it stays. */
  hidden: boolean;
}

/** One setting: what it is, and its value, which can be edited in place where that is possible. */
export function SettingRow({ setting, editable, changed, hidden }: Props) {
  const { edited, problem, start, close } = useEditing(setting);
  const edit = useRestoreFocus(edited !== undefined);
  const title = titleOf(setting);
  const noForm = whyNoForm(setting);
  return (
    <li className={styles.row} hidden={hidden}>
      <div className={styles.what}>
        <h3 className={styles.title}>
          {title} {changed && <Badge>{t("settings.row.changed")}</Badge>}
        </h3>
        <p className={styles.about}>
          {descriptionOf(setting)} {(editable || isWrittenByPrograms(setting)) && noForm}
        </p>
      </div>
      {edited ? (
        <div className={styles.side}>
          <SettingEditor setting={edited} close={close} />
        </div>
      ) : (
        <div className={`${styles.side} ${styles.present}`}>
          <div className={styles.value}>
            <PresentValue setting={setting} />
            {problem && <p role="alert">{problem}</p>}
          </div>
          {editable && !noForm && (
            <Button
              ref={edit}
              className={styles.edit}
              aria-label={t("settings.row.editSetting", { title })}
              onClick={start}
            >
              {t("settings.row.edit")}
            </Button>
          )}
        </div>
      )}
      <div className={styles.details}>
        <SettingDetails setting={setting} title={title} />
      </div>
    </li>
  );
}

/** The value that a setting has, which is read when it is opened where it is long. */
function PresentValue({ setting }: { setting: SettingFragment }) {
  const { key, value, valueBytes, updatedAt } = setting;
  const readValue = useLongSetting();
  if (!isLong(value, valueBytes)) return <SettingValue name={key} value={value} />;
  return (
    <LongValue key={updatedAt} name={key} title={titleOf(setting)} bytes={valueBytes} read={() => readValue(key)} />
  );
}

/** The setting as it is edited, with its whole value, or why it cannot be. */
function useEditing(setting: SettingFragment) {
  const [edited, setEdited] = useState<SettingFragment>();
  const [problem, setProblem] = useState<string>();
  const readValue = useLongSetting();

  async function start() {
    const value = isLong(setting.value, setting.valueBytes) ? await readValue(setting.key) : setting.value;
    const whole = value === undefined ? undefined : { ...setting, value };
    const why = whole ? whyNoForm(whole) : t("values.unreadable");
    setProblem(why);
    if (!why) setEdited(whole);
  }

  return { edited, problem, start, close: () => setEdited(undefined) };
}

/** Restores the focus to the button that started editing. */
function useRestoreFocus(editing: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const edited = useRef(false);
  useEffect(() => {
    if (edited.current && !editing) button.current?.focus();
    edited.current = editing;
  }, [editing]);
  return button;
}
