import type { PreviewFragment } from "../../gql/graphql";
import { formatList } from "../../i18n/format";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { byActor } from "../../shared/actor";
import { isUnanswered, useResources } from "../../shared/values/resourceNames";
import { titleOf } from "../../shared/values/titleOf";
import { type Line, type NameOf, named } from "../../shared/values/words";
import { Placeholder } from "../../ui/Placeholder";
import styles from "./Edits.module.css";
import { sidesOf } from "./sides";

type Change = PreviewFragment["edits"][number];

const shownAtOnce = 3;
// Characters that are shown: the list of changes has values whole.
const maxLength = 48;
const maxName = 24;
const maxValue = 34; // such as an id of 19 digits, of which the last may be all that differs, and what it is

/** What was written by hand since connecting and is replaced: each with its value now and after. */
export function Edits({ edits }: { edits: Change[] }) {
  if (edits.length === 0) return <p>{t("disconnect.edits.none")}</p>;
  const rest = edits.slice(shownAtOnce);
  return (
    <>
      <EditList edits={edits.slice(0, shownAtOnce)} />
      {rest.length > 0 && (
        <details className={styles.more}>
          <summary>
            {t("disconnect.edits.more", { count: rest.length, titles: cut(formatList(rest.map(titleOf)), maxLength) })}
          </summary>
          <EditList edits={rest} />
        </details>
      )}
    </>
  );
}

function EditList({ edits }: { edits: Change[] }) {
  return (
    <ul className={styles.edits}>
      {edits.map((change) => (
        <Edit key={change.key} change={change} />
      ))}
    </ul>
  );
}

function Edit({ change }: { change: Change }) {
  const { lastChangedBy } = change;
  const { as, now, after } = sidesOf(change);
  const ids = idsIn([...now, ...after]);
  const resources = useResources(ids);
  const waiting = ids.some((id) => isUnanswered(resources, id));
  const inLine = (lines: Line[]) => (waiting ? <Placeholder /> : shorten(lines, (id) => resources.get(id)?.name));
  return (
    <li>
      <span className={styles.title}>{t("disconnect.edits.setting", { title: titleOf(change) })}</span>{" "}
      <Message
        id={`disconnect.edits.sides.${as}`}
        values={{
          count: after.length,
          now: <del className={styles.value}>{inLine(now)}</del>,
          after: <ins className={styles.value}>{inLine(after)}</ins>,
        }}
      />
      {lastChangedBy.kind !== "SELLER" && ` ${t("disconnect.edits.by", { actor: byActor(lastChangedBy) })}`}
    </li>
  );
}

function idsIn(lines: Line[]): string[] {
  return lines.flatMap(({ entry, text }) => (entry === undefined ? [text] : [entry, text])).slice(0, maxLength);
}

/** As many entries as there is room for, each with its value: of long ones the name is cut, so that both sides never look the same. */
function shorten(lines: Line[], nameOf: NameOf): string {
  const texts = lines.map(({ entry, text }) => {
    const value = named(text, nameOf);
    return entry === undefined
      ? cut(value, maxLength)
      : `${cut(named(entry, nameOf), maxName)}: ${cut(value, maxValue)}`;
  });
  let shown = texts[0] ?? t("values.none");
  for (const text of texts.slice(1)) {
    if (shown.length + text.length > maxLength) return `${shown}, …`;
    shown += `, ${text}`;
  }
  return shown;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
