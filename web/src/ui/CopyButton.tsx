import { useState } from "react";
import { t } from "../i18n/messages";
import { Button } from "./Button";

/** Copies a text, and says whether that was possible. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, say] = useState("");
  async function copy() {
    say("");
    await navigator.clipboard.writeText(text).then(
      () => say(t("ui.copied")),
      () => say(t("ui.copyRefused")),
    );
  }
  return (
    <>
      <Button aria-label={label} onClick={copy}>
        {t("ui.copy")}
      </Button>
      <span role="status">{said}</span>
    </>
  );
}
