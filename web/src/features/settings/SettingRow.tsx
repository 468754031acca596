import { useEffect, useRef, useState } from "react";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import { Timestamp } from "../../ui/Timestamp";
import { Value } from "../../ui/Value";
import { byActor } from "../actor";
import { isLong, LongValue } from "./LongValue";
import { SettingEditor } from "./SettingEditor";
import styles from "./SettingRow.module.css";
import { useLongSetting } from "./useLongValues";

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
      description
      type
      values
      editable
      source
    }
  }
`);

/** One setting: what it is, its value, who changed it when; its value can be edited in place. */
export function SettingRow({ setting }: { setting: SettingFragment }) {
  const [edited, setEdited] = useState<SettingFragment>();
  const [failed, setFailed] = useState(false);
  const readValue = useLongSetting();
  const edit = useRestoreFocus(edited !== undefined);
  const long = isLong(setting.value, setting.valueBytes);

  async function startEditing() {
    const value = long ? await readValue(setting.key) : setting.value;
    setFailed(value === undefined);
    if (value !== undefined) setEdited({ ...setting, value });
  }

  return (
    <li className={styles.row}>
      <div>
        <p>{setting.definition?.description}</p>
        <code className={styles.key}>{setting.key}</code>
      </div>
      {edited ? (
        <SettingEditor setting={edited} close={() => setEdited(undefined)} />
      ) : (
        <div className={styles.present}>
          <div>
            {long ? (
              <LongValue
                key={setting.updatedAt}
                name={setting.key}
                bytes={setting.valueBytes}
                read={() => readValue(setting.key)}
              />
            ) : (
              <Value value={setting.value} />
            )}
            {failed && <p role="alert">The value cannot be read now. Try again.</p>}
            <p className={styles.changed}>
              Changed {byActor(setting.updatedBy)}, <Timestamp at={setting.updatedAt} />
            </p>
          </div>
          {setting.definition?.editable && (
            <Button ref={edit} aria-label={`Edit ${setting.key}`} onClick={startEditing}>
              Edit
            </Button>
          )}
        </div>
      )}
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
