const inWords = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** A moment, in the reader's time zone; the exact one for machines and on hovering. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {inWords.format(new Date(at))}
    </time>
  );
}
