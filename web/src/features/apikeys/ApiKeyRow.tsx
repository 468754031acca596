import { graphql } from "../../gql";
import type { ApiKeyFragment } from "../../gql/graphql";
import { Badge } from "../../ui/Badge";
import { ButtonLink } from "../../ui/Button";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./ApiKeyRow.module.css";
import { scopeNames } from "./scopes";

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
  const which = rotatedAt ? `${name}, the old key` : name;
  return (
    <li className={styles.row}>
      <div>
        <p className={styles.name}>
          {name} <Life apiKey={apiKey} />
        </p>
        <p className={styles.facts}>
          <code>{prefix}…</code> · {scopes.map((scope) => scopeNames[scope]).join(", ")}
        </p>
        <p className={styles.facts}>
          Created <Timestamp at={createdAt} /> · {lastUsedAt ? "last used " : "never used"}
          {lastUsedAt && <Timestamp at={lastUsedAt} />} · <End apiKey={apiKey} />
        </p>
      </div>
      <div className={styles.actions}>
        {!rotatedAt && (
          <ButtonLink to={`${at}/rotate`} aria-label={`Rotate ${name}`}>
            Rotate
          </ButtonLink>
        )}
        <ButtonLink to={`${at}/revoke`} aria-label={`Revoke ${which}`}>
          Revoke
        </ButtonLink>
      </div>
    </li>
  );
}

function isOver({ expiresAt }: ApiKeyFragment): boolean {
  return expiresAt !== null && new Date(expiresAt) <= new Date();
}

function Life({ apiKey }: { apiKey: ApiKeyFragment }) {
  if (isOver(apiKey)) return <Badge tone="attention">Expired</Badge>;
  return apiKey.rotatedAt ? <Badge>Being replaced</Badge> : <Badge tone="success">Live</Badge>;
}

function End({ apiKey }: { apiKey: ApiKeyFragment }) {
  if (apiKey.expiresAt === null) return <>never expires</>;
  return (
    <>
      {isOver(apiKey) ? "expired " : "expires "}
      <Timestamp at={apiKey.expiresAt} />
    </>
  );
}
