import { useState } from "react";
import { t } from "../../i18n/messages";
import type { Json } from "../../json";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Placeholder } from "../../ui/Placeholder";
import { isUnanswered, useResources } from "./resourceNames";
import styles from "./SettingValue.module.css";
import { countText, type Line, linesOf, maxLines, named } from "./words";

interface Props {
  /** The setting's key. */
  name: string;
  /** Null for a setting that does not exist. */
  value: Json;
  /** What is said of one that does not exist. */
  nothing?: string;
}

/** A setting's value in words. */
export function SettingValue({ name, value, nothing = t("values.notSet") }: Props) {
  if (value === null) return <span className={styles.subdued}>{nothing}</span>;
  return <Lines lines={linesOf(name, value)} count={countText(name, value)} />;
}

interface LinesProps {
  lines: Line[];
  /** How many there are, in words: many lines are folded below that. */
  count?: string | undefined;
  /** How many lines are the same on the other side, and left out. */
  unchanged?: number;
}

/** Lines one below the other; many can be opened and closed. */
export function Lines({ lines, count, unchanged = 0 }: LinesProps) {
  if (lines.length + unchanged === 0) return <span className={styles.subdued}>{t("values.none")}</span>;
  const shown = lines.length <= maxLines ? lines.length : count === undefined ? maxLines : 0;
  return (
    <>
      {shown > 0 && <List lines={lines.slice(0, shown)} />}
      {lines.length > shown && (
        <details className={styles.folded}>
          <summary>{count ?? t("values.more", { count: lines.length - shown })}</summary>
          <List lines={lines.slice(shown)} />
        </details>
      )}
      {unchanged > 0 && <p className={styles.subdued}>{t("values.sameCount", { count: unchanged })}</p>}
    </>
  );
}

const batch = 250; // lines that are shown at a time: as many as a call names at once

function List({ lines }: { lines: Line[] }) {
  const [limit, setLimit] = useState(batch);
  const shown = lines.slice(0, limit);
  const [only] = lines;
  if (only && lines.length === 1) {
    return (
      <span className={styles.lines}>
        <LineContent {...only} />
      </span>
    );
  }
  return (
    <>
      <ul className={styles.lines}>
        {shown.map((line, index) => (
          <li key={index}>
            <LineContent {...line} />
          </li>
        ))}
      </ul>
      {lines.length > limit && (
        <Button onClick={() => setLimit(limit + batch)}>
          {t("values.showMore", { some: Math.min(batch, lines.length - limit), rest: lines.length - limit })}
        </Button>
      )}
    </>
  );
}

function LineContent({ entry, text }: Line) {
  if (entry === undefined) return <Name of={text} />;
  return (
    <>
      <Name of={entry} />: <Name of={text} />
    </>
  );
}

/**
 * A text, or what it stands for when it is a Shopify id, with the way to that in the Shopify admin, if it is there. Of what is gone the
 * number can be looked at and copied.
 */
export function Name({ of, inSentence = false }: { of: string; inSentence?: boolean }) {
  const resources = useResources([of]);
  if (isUnanswered(resources, of)) return <Placeholder />;
  const resource = resources.get(of);
  if (resource?.number !== undefined && !inSentence) return <Gone name={resource.name} number={resource.number} />;
  if (!resource?.url) return resource?.name ?? named(of);
  return (
    <a className={styles.link} href={resource.url} target="_blank" rel="noreferrer">
      {resource.name}
    </a>
  );
}

function Gone({ name, number }: { name: string; number: string }) {
  return (
    <>
      {name}{" "}
      <details className={styles.gone}>
        <summary>{t("values.gone.number")}</summary>
        <code>{number}</code> <CopyButton text={number} label={t("values.gone.copyNumber", { number })} />
      </details>
    </>
  );
}
