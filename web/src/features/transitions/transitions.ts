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

/** What is followed to its end: a connect by the account and when it began, a disconnect by its record. */
export type Followed =
  | { kind: "connect"; accountId: string; since: string }
  | { kind: "disconnect"; disconnectionId: string };

export type FollowedState = "OPEN" | "BLOCKED" | "DONE" | "ABANDONED";

const disconnectStates: Record<DisconnectionStatus, FollowedState> = {
  RESTORING: "OPEN",
  VERIFYING: "OPEN",
  BLOCKED: "BLOCKED",
  REVOKING: "DONE", // the store is as it was
  COMPLETE: "DONE",
};

/** The transitions of accounts. */
export function transitionsOf(accounts: AccountInTransitionFragment[]): Transition[] {
  return accounts.flatMap(({ id: accountId, name, status, setup, disconnections }): Transition[] => {
    if (status === "CONNECTING" && setup)
      return [{ kind: "connect", accountId, name, progress: setup, blocked: false }];
    return disconnections
      .filter((one) => disconnectStates[one.status] !== "DONE")
      .map(({ id: disconnectionId, status, progress }) => {
        const blocked = status === "BLOCKED";
        return { kind: "disconnect", accountId, name, progress, disconnectionId, blocked };
      });
  });
}

/** What to follow among the accounts, whoever has begun it. */
export function followedIn(accounts: AccountInTransitionFragment[]): Followed[] {
  return accounts.flatMap(({ id: accountId, status, connectedAt: since, disconnections }) => [
    ...(status === "CONNECTING" ? [{ kind: "connect" as const, accountId, since }] : []),
    ...disconnections
      .filter((one) => disconnectStates[one.status] !== "DONE")
      .map(({ id: disconnectionId }) => ({ kind: "disconnect" as const, disconnectionId })),
  ]);
}

/** How far it is. Accounts that were read before it began do not know it yet. */
export function stateOf(followed: Followed, accounts: AccountInTransitionFragment[]): FollowedState {
  if (followed.kind === "disconnect") {
    const found = accounts.flatMap(({ disconnections }) => disconnections);
    const record = found.find(({ id }) => id === followed.disconnectionId);
    return record ? disconnectStates[record.status] : "OPEN";
  }
  const account = accounts.find(({ id }) => id === followed.accountId);
  if (!account || Date.parse(account.connectedAt) < Date.parse(followed.since)) return "OPEN";
  if (account.status === "CONNECTING") return "OPEN";
  return account.status === "CONNECTED" ? "DONE" : "ABANDONED";
}

/** The account of what is followed. */
export function accountOf(
  followed: Followed,
  accounts: AccountInTransitionFragment[],
): AccountInTransitionFragment | undefined {
  return accounts.find(({ id, disconnections }) =>
    followed.kind === "connect"
      ? id === followed.accountId
      : disconnections.some((one) => one.id === followed.disconnectionId),
  );
}

export function isSame(one: Followed, other: Followed): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf(followed: Followed): string {
  return followed.kind === "connect" ? followed.accountId : followed.disconnectionId;
}
