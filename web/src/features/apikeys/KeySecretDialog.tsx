import type { CombinedError } from "urql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { LostResponse } from "../../shared/LostResponse";
import { SecretDialog } from "../../shared/SecretDialog";

/** The secret of a key, this once. */
export function KeySecretDialog(props: { name: string; secret: string; close(): void }) {
  return (
    <SecretDialog {...props}>
      <p>
        <Message id="apikeys.secret.use" elements={{ code: (words) => <code>{words}</code> }} />
      </p>
    </SecretDialog>
  );
}

/** What to do when it is not known whether there is a key. */
export function LostKey({ error }: { error: CombinedError }) {
  return <LostResponse error={error}>{t("apikeys.secret.lost")}</LostResponse>;
}
