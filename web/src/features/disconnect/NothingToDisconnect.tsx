import { Link } from "react-router";
import type { DisconnectableFragment } from "../../gql/graphql";

/** The account of this address is none, or is not connected. */
export function NothingToDisconnect({ account }: { account: DisconnectableFragment | undefined }) {
  if (!account) return <p>This store has no such account.</p>;
  const [last] = account.disconnections;
  if (!last) return <p>{account.name} is not a TikTok Shop account: there is nothing to disconnect.</p>;
  return (
    <>
      <p>{account.name} is disconnected already.</p>
      <p>
        <Link to={`/activity/disconnections/${encodeURIComponent(last.id)}`}>Open the record</Link>
      </p>
    </>
  );
}
