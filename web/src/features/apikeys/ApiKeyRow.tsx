import { graphql } from "../../gql";
import type { ApiKeyFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Badge } from "../../ui/Badge";
import { ButtonLink } from "../../ui/Button";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./ApiKeyRow.module.css";
import { scopeName } from "./scopes";

graphql(`
  fragment ApiKey on ApiKey {
    id
    name
    prefix
    scopes
    createdAt
    expiresAt
    rotatedAt
    lastUsedAt
  }
`);

/** One key: what it may do, whether it is used, how long it lives; and what can be done with it. */
export function ApiKeyRow({ apiKey }: { apiKey: ApiKeyFragment }) {
  const { id, name, prefix, scopes, createdAt, lastUsedAt, rotatedAt } = apiKey;
  const at = `/api-keys/${encodeURIComponent(id)}`;
  const which = rotatedAt ? t("apikeys.row.oldKey", { name }) : name;
  return (
    <li className={styles.row}>
      <div>
        <p className={styles.name}>
          {name} <Life apiKey={apiKey} />
        </p>
        <p className={styles.facts}>
          <code>{prefix}…</code> · {scopes.map(scopeName).join(", ")}
        </p>
        <p className={styles.facts}>
          <Message
            id="apikeys.row.facts"
            values={{
              created: <Timestamp at={createdAt} as="fromNow" />,
              used: <Use lastUsedAt={lastUsedAt} />,
              end: <End apiKey={apiKey} />,
            }}
          />
        </p>
      </div>
      <div className={styles.actions}>
        {!rotatedAt && (
          <ButtonLink to={`${at}/rotate`} aria-label={t("apikeys.row.rotateKey", { name })}>
            {t("apikeys.row.rotate")}
          </ButtonLink>
        )}
        <ButtonLink to={`${at}/revoke`} aria-label={t("apikeys.row.revokeKey", { name: which })}>
          {t("apikeys.row.revoke")}
        </ButtonLink>
      </div>
    </li>
  );
}

function isOver({ expiresAt }: ApiKeyFragment): boolean {
  return expiresAt !== null && new Date(expiresAt) <= new Date();
}

function Life({ apiKey }: { apiKey: ApiKeyFragment }) {
  if (isOver(apiKey)) return <Badge tone="attention">{t("apikeys.row.states.expired")}</Badge>;
  if (apiKey.rotatedAt) return <Badge>{t("apikeys.row.states.replaced")}</Badge>;
  return <Badge tone="success">{t("apikeys.row.states.live")}</Badge>;
}

function Use({ lastUsedAt }: Pick<ApiKeyFragment, "lastUsedAt">) {
  if (lastUsedAt === null) return t("apikeys.row.neverUsed");
  return <Message id="apikeys.row.lastUsed" values={{ at: <Timestamp at={lastUsedAt} as="fromNow" /> }} />;
}

function End({ apiKey }: { apiKey: ApiKeyFragment }) {
  if (apiKey.expiresAt === null) return t("apikeys.row.neverExpires");
  const id = isOver(apiKey) ? "apikeys.row.expired" : "apikeys.row.expires";
  return <Message id={id} values={{ at: <Timestamp at={apiKey.expiresAt} as="fromNow" /> }} />;
}
