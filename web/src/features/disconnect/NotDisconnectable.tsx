import { Link } from "react-router";
import type { DisconnectableFragment } from "../../gql/graphql";
import { Support } from "../../ui/Support";

interface Props {
  account: DisconnectableFragment | undefined;
  requestId: string | undefined;
}

/** Why the account of this address cannot be disconnected. */
export function NotDisconnectable({ account, requestId }: Props) {
  if (!account) return <p>This store has no such account.</p>;
  const { name, kind, status, disconnections } = account;
  if (kind !== "TIKTOK_SHOP") return <p>{name} is not a TikTok Shop account: it stays as it is.</p>;
  if (status === "CONNECTED")
    return (
      <>
        <p>
          {name} cannot be disconnected: {damaged}
        </p>
        <Support requestId={requestId} />
      </>
    );
  return (
    <>
      <p>
        {name} is {status === "DISCONNECTING" ? "being disconnected" : "disconnected already"}.
      </p>
      {disconnections[0] && (
        <p>
          <Link to={`/activity/disconnections/${encodeURIComponent(disconnections[0].id)}`}>Open the record</Link>
        </p>
      )}
    </>
  );
}

const damaged =
  "the settings recorded before it was connected are missing or damaged. Nothing was changed. Ask the app's support.";
