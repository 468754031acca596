const formatter = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** A date and time in the reader's time zone; the exact one for machines and on hovering. */
export function Timestamp({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {formatter.format(new Date(at))}
    </time>
  );
}
