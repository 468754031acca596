import type { MouseEvent } from "react";
import { t } from "../../i18n/messages";
import { Button } from "../../ui/Button";
import styles from "./PairList.module.css";
import type { Pair } from "./pairs";
import type { Problem } from "./problem";
import { SubField } from "./SubField";

interface Props {
  /** Its place in the list. */
  at: number;
  pair: Pair;
  change(pair: Pair): void;
  remove(event: MouseEvent<HTMLButtonElement>, name: string): void;
  problem: Problem | undefined;
}

/** A carrier, what it is at TikTok, and the button that removes both. */
export function PairRow({ at, pair: [carrier, id], change, remove, problem }: Props) {
  const number = t("settings.editor.carrierNumber", { number: at + 1 });
  const name = carrier.trim() || number;
  return (
    <li>
      <fieldset className={styles.pair} aria-label={number}>
        <SubField name={`${at}.carrier`} label={t("settings.editor.carrier")} problem={problem}>
          {(attributes) => (
            <input
              {...attributes}
              autoComplete="off"
              value={carrier}
              onChange={({ target }) => change([target.value, id])}
            />
          )}
        </SubField>
        <SubField name={`${at}.id`} label={t("settings.editor.carrierId")} problem={problem}>
          {(attributes) => (
            <input
              {...attributes}
              autoComplete="off"
              value={id}
              onChange={({ target }) => change([carrier, target.value])}
            />
          )}
        </SubField>
        <Button
          name={`${at}.remove`}
          className={styles.remove}
          aria-label={t("settings.editor.carrierRemoveNamed", { name })}
          onClick={(event) => remove(event, name)}
        >
          {t("settings.editor.carrierRemove")}
        </Button>
      </fieldset>
    </li>
  );
}
