import { useEffect, useRef, useState } from "react";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";
import { Button } from "../../ui/Button";
import { Moment } from "../../ui/Moment";
import { Value } from "../../ui/Value";
import { Editor } from "./Editor";
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
  const edit = useReturnedFocus(editing);
  return (
    <li className={styles.row}>
      <div>
        <p>{setting.definition?.description}</p>
        <code className={styles.key}>{setting.key}</code>
      </div>
      {editing ? (
        <Editor setting={setting} done={() => setEditing(false)} />
      ) : (
        <div className={styles.present}>
          <div>
            <Value value={setting.value} />
            <p className={styles.changed}>
              Changed by {setting.updatedBy.name}, <Moment at={setting.updatedAt} />
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

/** For the button that started editing: it has the focus again when editing ends. */
function useReturnedFocus(editing: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const edited = useRef(false);
  useEffect(() => {
    if (edited.current && !editing) button.current?.focus();
    edited.current = editing;
  }, [editing]);
  return button;
}
