import { useState } from "react";
import type { Json } from "../../json";
import { Button } from "../../ui/Button";
import { Value } from "../../ui/Value";

interface Props {
  /** The setting's key. */
  name: string;
  bytes: number;
  /** Reads the value, undefined when it cannot be read now. */
  read: (() => Promise<Json | undefined>) | undefined;
}

/** A value that is too long to come with a list: how long it is, and the way to open it. */
export function LongValue({ name, bytes, read }: Props) {
  const [value, setValue] = useState<Json>(null);
  const [state, setState] = useState<"closed" | "opening" | "failed" | "open">("closed");
  if (state === "open") return <Value value={value} />;

  async function open() {
    setState("opening");
    const found = await read?.();
    if (found !== undefined) setValue(found);
    setState(found === undefined ? "failed" : "open");
  }

  return (
    <>
      <span>Long value, {kilobytes(bytes)} </span>
      {read && (
        <Button aria-label={`Open the long value of ${name}`} busy={state === "opening"} onClick={open}>
          {state === "opening" ? "Opening…" : "Open"}
        </Button>
      )}
      {state === "failed" && <p role="alert">The value cannot be read now. Try again.</p>}
    </>
  );
}

/** A value that did not come although there is one. */
export function isLong(value: Json, bytes: number): boolean {
  return value === null && bytes > 0;
}

function kilobytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1000)).toLocaleString("en")} kB`;
}
