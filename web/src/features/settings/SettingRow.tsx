import { useEffect, useRef, useState } from "react";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import { Timestamp } from "../../ui/Timestamp";
import { Value } from "../../ui/Value";
import { SettingEditor } from "./SettingEditor";
import styles from "./SettingRow.module.css";

graphql(`
  fragment Setting on Setting {
    key
    scope
    value
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
    }
  }
`);

/** One setting: what it is, its value, who changed it when; its value can be edited in place. */
export function SettingRow({ setting }: { setting: SettingFragment }) {
  const [editing, setEditing] = useState(false);
  const edit = useRestoreFocus(editing);
  return (
    <li className={styles.row}>
      <div>
        <p>{setting.definition?.description}</p>
        <code className={styles.key}>{setting.key}</code>
      </div>
      {editing ? (
        <SettingEditor setting={setting} close={() => setEditing(false)} />
      ) : (
        <div className={styles.present}>
          <div>
            <Value value={setting.value} />
            <p className={styles.changed}>
              Changed by {setting.updatedBy.name}, <Timestamp at={setting.updatedAt} />
            </p>
          </div>
          {setting.definition?.editable && (
            <Button ref={edit} aria-label={`Edit ${setting.key}`} onClick={() => setEditing(true)}>
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
