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
import { isWrittenByPrograms } from "./editable";
import { SettingDetails } from "./SettingDetails";
import { SettingEditor } from "./SettingEditor";
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
  const [edited, setEdited] = useState<SettingFragment>();
  const [failed, setFailed] = useState(false);
  const readValue = useLongSetting();
  const edit = useRestoreFocus(edited !== undefined);
  const long = isLong(setting.value, setting.valueBytes);
  const title = titleOf(setting);

  async function startEditing() {
    const value = long ? await readValue(setting.key) : setting.value;
    setFailed(value === undefined);
    if (value !== undefined) setEdited({ ...setting, value });
  }

  return (
    <li className={styles.row} hidden={hidden}>
      <div className={styles.what}>
        <h3 className={styles.title}>
          {title} {changed && <Badge>{t("settings.row.changed")}</Badge>}
        </h3>
        <p className={styles.about}>
          {descriptionOf(setting)} {isWrittenByPrograms(setting) && t("settings.row.byPrograms")}
        </p>
      </div>
      {edited ? (
        <div className={styles.side}>
          <SettingEditor setting={edited} close={() => setEdited(undefined)} />
        </div>
      ) : (
        <div className={`${styles.side} ${styles.present}`}>
          <div className={styles.value}>
            {long ? (
              <LongValue
                key={setting.updatedAt}
                name={setting.key}
                title={title}
                bytes={setting.valueBytes}
                read={() => readValue(setting.key)}
              />
            ) : (
              <SettingValue name={setting.key} value={setting.value} />
            )}
            {failed && <p role="alert">{t("values.unreadable")}</p>}
          </div>
          {editable && (
            <Button
              ref={edit}
              className={styles.edit}
              aria-label={t("settings.row.editSetting", { title })}
              onClick={startEditing}
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
