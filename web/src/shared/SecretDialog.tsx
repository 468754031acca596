import { type ReactNode, useState } from "react";
import { useLocation } from "react-router";
import { t } from "../i18n/messages";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../ui/Dialog";
import field from "./Field.module.css";
import styles from "./SecretDialog.module.css";
import { useUnsaved } from "./unsaved";

interface Props {
  name: string;
  secret: string;
  close(): void;
  /** What it is for. */
  children: ReactNode;
}

/** A secret, this once; who leaves without having copied it is asked. */
export function SecretDialog({ name, secret, close, children }: Props) {
  const { pathname } = useLocation();
  const [copied, setCopied] = useState(false);
  const [said, say] = useState("");
  useUnsaved(!copied, pathname, t("shared.secret.notCopied"));

  async function copy() {
    say("");
    await navigator.clipboard.writeText(secret).then(
      () => {
        setCopied(true);
        say(t("ui.copied"));
      },
      () => say(t("shared.secret.copyRefused")),
    );
  }

  return (
    <Dialog title={t("shared.secret.title", { name })} onClose={close}>
      <DialogBody>
        <Banner tone="attention" title={t("shared.secret.copyNow")} />
        <div className={styles.secret}>
          <input
            className={field.field}
            aria-label={t("shared.secret.label")}
            readOnly
            value={secret}
            autoComplete="off"
            onFocus={(event) => event.target.select()}
            onCopy={() => setCopied(true)}
          />
          <Button variant={copied ? "plain" : "primary"} onClick={copy}>
            {t("ui.copy")}
          </Button>
        </div>
        <p role="status">{said}</p>
        {children}
      </DialogBody>
      <DialogActions>
        <Button variant={copied ? "primary" : "plain"} onClick={close}>
          {t("shared.secret.done")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
