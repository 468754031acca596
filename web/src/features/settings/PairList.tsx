import { type MouseEvent, type Ref, useState } from "react";
import { flushSync } from "react-dom";
import { t } from "../../i18n/messages";
import { Button } from "../../ui/Button";
import styles from "./PairList.module.css";
import { PairRow } from "./PairRow";
import type { Pair } from "./pairs";
import type { Problem } from "./problem";

interface Props {
  ref: Ref<HTMLFieldSetElement>;
  /** JSON of the pairs. */
  value: string;
  change(value: string): void;
  problem: Problem | undefined;
  "aria-label": string;
  "aria-describedby": string | undefined;
}

/** Carriers and what they are at TikTok, of which some can be added and removed. */
export function PairList(props: Props) {
  const { ref, value, change, problem } = props;
  const [removed, setRemoved] = useState("");
  const pairs = JSON.parse(value) as Pair[];

  /** Changes the list, and moves the focus on: the button that was pressed may be gone. */
  function update({ currentTarget: { form } }: MouseEvent<HTMLButtonElement>, next: Pair[], focused: string) {
    flushSync(() => change(JSON.stringify(next)));
    const field = form?.elements.namedItem(focused);
    if (field instanceof HTMLElement) field.focus();
  }

  function add(event: MouseEvent<HTMLButtonElement>) {
    setRemoved("");
    update(event, [...pairs, ["", ""]], `${pairs.length}.carrier`);
  }

  function remove(event: MouseEvent<HTMLButtonElement>, at: number, name: string) {
    const next = pairs.toSpliced(at, 1);
    setRemoved(t("settings.editor.carrierRemoved", { name }));
    update(event, next, next.length > 0 ? `${Math.min(at, next.length - 1)}.remove` : "add");
  }

  return (
    <fieldset
      ref={ref}
      tabIndex={-1}
      className={styles.pairs}
      aria-label={props["aria-label"]}
      aria-describedby={props["aria-describedby"]}
    >
      <ul className={styles.list}>
        {pairs.map((pair, at) => (
          <PairRow
            key={at}
            at={at}
            pair={pair}
            change={(pair) => change(JSON.stringify(pairs.with(at, pair)))}
            remove={(event, name) => remove(event, at, name)}
            problem={problem}
          />
        ))}
      </ul>
      <div>
        <Button name="add" onClick={add}>
          {t("settings.editor.carrierAdd")}
        </Button>
      </div>
      <p role="status" className={styles.removed}>
        {removed}
      </p>
    </fieldset>
  );
}
