import type { AccountInTransitionFragment, DisconnectionStatus, ProgressFragment } from "../../gql/graphql";

/** A connect or a disconnect that is being carried out in the store. */
export interface Transition {
  kind: "connect" | "disconnect";
  accountId: string;
  /** The account's. */
  name: string;
  progress: ProgressFragment;
  /** The record of a disconnect. */
  disconnectionId?: string;
  /** A person has to help. */
  blocked: boolean;
}

/** What is followed to its end, by the account and when it began; a disconnect has its record, too. */
export type Followed =
  | { kind: "connect"; accountId: string; since: string }
  | { kind: "disconnect"; accountId: string; since: string; disconnectionId: string };

export type FollowedState = "OPEN" | "BLOCKED" | "DONE" | "ABANDONED";

const disconnectStates: Record<DisconnectionStatus, FollowedState> = {
  RESTORING: "OPEN",
  VERIFYING: "OPEN",
  BLOCKED: "BLOCKED",
  REVOKING: "DONE", // the store is as it was
  COMPLETE: "DONE",
};

/** The account's newest record, which alone can be of a disconnect that goes on; undefined when there is none. */
export function lastDisconnectOf({ disconnectionHistory }: AccountInTransitionFragment) {
  return disconnectionHistory.nodes[0];
}

/** The disconnect of the account that goes on, if there is one. */
function openDisconnectOf(account: AccountInTransitionFragment) {
  const last = lastDisconnectOf(account);
  return last && disconnectStates[last.status] !== "DONE" ? last : undefined;
}

/** The transitions of accounts. */
export function transitionsOf(accounts: AccountInTransitionFragment[]): Transition[] {
  return accounts.flatMap((account): Transition[] => {
    const { id: accountId, name, status, setup } = account;
    if (status === "CONNECTING" && setup)
      return [{ kind: "connect", accountId, name, progress: setup, blocked: false }];
    const open = openDisconnectOf(account);
    if (!open) return [];
    const { id: disconnectionId, progress } = open;
    return [{ kind: "disconnect", accountId, name, progress, disconnectionId, blocked: open.status === "BLOCKED" }];
  });
}

/** What to follow among the accounts, whoever has begun it. */
export function followedIn(accounts: AccountInTransitionFragment[]): Followed[] {
  return accounts.flatMap((account): Followed[] => {
    const { id: accountId, status, connectedAt } = account;
    const open = openDisconnectOf(account);
    return [
      ...(status === "CONNECTING" ? [{ kind: "connect" as const, accountId, since: connectedAt }] : []),
      ...(open
        ? [{ kind: "disconnect" as const, accountId, since: open.disconnectedAt, disconnectionId: open.id }]
        : []),
    ];
  });
}

/** How far it is. Accounts that were read before it began do not know it yet. */
export function stateOf(followed: Followed, accounts: AccountInTransitionFragment[]): FollowedState {
  const account = accountOf(followed, accounts);
  if (!account) return "OPEN";
  if (followed.kind === "disconnect") {
    const last = lastDisconnectOf(account);
    if (last?.id === followed.disconnectionId) return disconnectStates[last.status];
    // One that began later could do so only after this one was done.
    return last && Date.parse(last.disconnectedAt) > Date.parse(followed.since) ? "DONE" : "OPEN";
  }
  if (Date.parse(account.connectedAt) < Date.parse(followed.since)) return "OPEN";
  if (account.status === "CONNECTING") return "OPEN";
  return account.status === "CONNECTED" ? "DONE" : "ABANDONED";
}

/** The account of what is followed. */
export function accountOf(
  { accountId }: Followed,
  accounts: AccountInTransitionFragment[],
): AccountInTransitionFragment | undefined {
  return accounts.find(({ id }) => id === accountId);
}

export function isSame(one: Followed, other: Followed): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf(followed: Followed): string {
  return followed.kind === "connect" ? followed.accountId : followed.disconnectionId;
}
