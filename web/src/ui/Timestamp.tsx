import { type ReactNode, useSyncExternalStore } from "react";
import { formatExact, formatFromNow, formatMoment, formatTime, formatZoned } from "../i18n/format";
import { Message } from "../i18n/Message";
import styles from "./Timestamp.module.css";

interface Props {
  at: string;
  /**
   * How it is told: as a date and time; as a time alone, for what comes within the hour; with the zone, for a moment of record; from
   * now, for what is only interesting while it is near; or as a deadline, with the zone and from now.
   */
  as?: "moment" | "time" | "record" | "fromNow" | "deadline";
}

/** A time in the browser's zone; the exact one, with the zone, on hovering, and for machines. */
export function Timestamp({ at, as = "moment" }: Props) {
  const moment = new Date(at);
  return (
    <time dateTime={at} title={formatExact(moment)}>
      {as === "fromNow" || as === "deadline" ? (
        <FromNow moment={moment} deadline={as === "deadline"} />
      ) : (
        textOf(moment, as)
      )}
    </time>
  );
}

function textOf(moment: Date, as: Props["as"]): string {
  if (as === "time") return formatTime(moment);
  return as === "moment" ? formatMoment(moment) : formatZoned(moment);
}

/** A time that is told anew each minute. */
function FromNow({ moment, deadline }: { moment: Date; deadline: boolean }) {
  useSyncExternalStore(onMinute, currentMinute);
  const fromNow = formatFromNow(moment, Date.now());
  if (!deadline) return fromNow ?? formatMoment(moment);
  const at = formatZoned(moment);
  if (fromNow === undefined) return at;
  const note = (words: ReactNode) => <span className={styles.fromNow}>{words}</span>;
  return <Message id="ui.deadline" values={{ at, fromNow }} elements={{ note }} />;
}

const minute = 60_000; // ms

function currentMinute(): number {
  return Math.floor(Date.now() / minute);
}

function onMinute(tick: () => void): () => void {
  const timer = setInterval(tick, minute);
  return () => clearInterval(timer);
}
