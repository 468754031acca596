import { useState } from "react";
import { t } from "../../i18n/messages";
import type { Json } from "../../json";
import { Button } from "../../ui/Button";
import { SettingValue } from "./SettingValue";

interface Props {
  /** The setting's key. */
  name: string;
  /** The setting's title. */
  title: string;
  bytes: number;
  /** Reads the value, undefined when it cannot be read now. */
  read: (() => Promise<Json | undefined>) | undefined;
}

/** A value that is too long to come with a list: how long it is, and the way to open it. */
export function LongValue({ name, title, bytes, read }: Props) {
  const [value, setValue] = useState<Json>(null);
  const [state, setState] = useState<"closed" | "opening" | "failed" | "open">("closed");
  if (state === "open") return <SettingValue name={name} value={value} />;

  async function open() {
    setState("opening");
    const found = await read?.();
    if (found !== undefined) setValue(found);
    setState(found === undefined ? "failed" : "open");
  }

  return (
    <>
      <span>{t("values.long", { kilobytes: kilobytes(bytes) })} </span>
      {read && (
        <Button aria-label={t("values.openLong", { title })} busy={state === "opening"} onClick={open}>
          {t(state === "opening" ? "values.opening" : "values.open")}
        </Button>
      )}
      {state === "failed" && <p role="alert">{t("values.unreadable")}</p>}
    </>
  );
}

/** A value that did not come although there is one. */
export function isLong(value: Json, bytes: number): boolean {
  return value === null && bytes > 0;
}

function kilobytes(bytes: number): number {
  return Math.max(1, Math.round(bytes / 1000));
}
