import type { ReactNode } from "react";
import type { CombinedError } from "urql";
import { Message } from "../../i18n/Message";
import { LostResponse } from "../../shared/LostResponse";
import { SecretDialog } from "../../shared/SecretDialog";
import { ExternalLink } from "../../ui/ExternalLink";

/** The secret of an endpoint, this once. */
export function EndpointSecretDialog({ url, ...props }: { url: string; secret: string; close(): void }) {
  return (
    <SecretDialog name={url} {...props}>
      <p>
        <Message
          id="webhooks.secret.use"
          elements={{ link: (words) => <ExternalLink href="https://www.standardwebhooks.com">{words}</ExternalLink> }}
        />
      </p>
    </SecretDialog>
  );
}

export function LostSecret(props: { error: CombinedError; children: ReactNode }) {
  return <LostResponse {...props} />;
}
