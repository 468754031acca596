import { useState } from "react";
import { useLocation } from "react-router";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Dialog, DialogActions, DialogBody } from "../../ui/Dialog";
import { useUnsaved } from "../unsaved";
import field from "./Field.module.css";
import styles from "./SecretDialog.module.css";

interface Props {
  name: string;
  secret: string;
  close(): void;
}

/** A key's secret, this once; who leaves without having copied it is asked. */
export function SecretDialog({ name, secret, close }: Props) {
  const { pathname } = useLocation();
  const [copied, setCopied] = useState(false);
  const [said, say] = useState("");
  useUnsaved(!copied, pathname, "The secret was not copied. Nobody can read it again after this.");

  async function copy() {
    say("");
    await navigator.clipboard.writeText(secret).then(
      () => {
        setCopied(true);
        say("Copied.");
      },
      () => say("The browser does not allow copying here: select the secret and copy it."),
    );
  }

  return (
    <Dialog title={`Secret of ${name}`} onClose={close}>
      <DialogBody>
        <Banner tone="attention" title="Copy the secret now. It is shown this once and stored nowhere." />
        <div className={styles.secret}>
          <input
            className={field.field}
            aria-label="Secret"
            readOnly
            value={secret}
            autoComplete="off"
            onFocus={(event) => event.target.select()}
            onCopy={() => setCopied(true)}
          />
          <Button variant={copied ? "plain" : "primary"} onClick={copy}>
            Copy
          </Button>
        </div>
        <p role="status">{said}</p>
        <p>
          The program sends it in the header <code>Authorization: Bearer hb_…</code>, never in an address.
        </p>
      </DialogBody>
      <DialogActions>
        <Button variant={copied ? "primary" : "plain"} onClick={close}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  );
}
