import { expect, test } from "vitest";
import type { AccountInTransitionFragment, AccountStatus, DisconnectionStatus } from "../../gql/graphql";
import { followedIn, stateOf, transitionsOf } from "./transitions";

const disconnectedAt = "2026-01-04T00:00:00Z";
const progress = { done: 1, total: 2, nextAttemptAt: null, attempting: true, problem: null };

function account(status: AccountStatus, disconnection?: DisconnectionStatus): AccountInTransitionFragment {
  return {
    id: "a",
    name: "Shop",
    status,
    connectedAt: "2026-01-02T00:00:00Z",
    setup: status === "CONNECTING" ? progress : null,
    disconnectionHistory: {
      nodes: disconnection ? [{ id: "d", status: disconnection, disconnectedAt, progress }] : [],
    },
  };
}

const connect = { kind: "connect", accountId: "a", since: "2026-01-02T00:00:00.000Z" } as const;
const disconnect = { kind: "disconnect", accountId: "a", since: disconnectedAt, disconnectionId: "d" } as const;

test("a connect is followed until the account is connected", () => {
  expect(followedIn([account("CONNECTING")])).toMatchObject([{ kind: "connect", accountId: "a" }]);
  expect(stateOf(connect, [account("CONNECTING")])).toBe("OPEN");
  expect(stateOf(connect, [account("CONNECTED")])).toBe("DONE");
});

test("a connect that was given up is not done", () => {
  expect(stateOf(connect, [account("DISCONNECTING", "RESTORING")])).toBe("ABANDONED");
  expect(stateOf(connect, [account("DISCONNECTED", "COMPLETE")])).toBe("ABANDONED");
});

test("accounts that were read before it began say nothing of its end", () => {
  const later = { ...connect, since: "2026-01-03T00:00:00Z" };
  expect(stateOf(later, [account("DISCONNECTED", "COMPLETE")])).toBe("OPEN");
  expect(stateOf(connect, [])).toBe("OPEN");
  expect(stateOf(disconnect, [account("CONNECTED")])).toBe("OPEN");
});

test("a disconnect after which there was another one is done", () => {
  const earlier = { ...disconnect, since: "2026-01-01T00:00:00Z", disconnectionId: "c" };
  expect(stateOf(earlier, [account("DISCONNECTING", "RESTORING")])).toBe("DONE");
  const later = { ...disconnect, since: "2026-01-05T00:00:00Z", disconnectionId: "e" };
  expect(stateOf(later, [account("DISCONNECTED", "COMPLETE")])).toBe("OPEN");
});

const states: [DisconnectionStatus, string][] = [
  ["RESTORING", "OPEN"],
  ["VERIFYING", "OPEN"],
  ["BLOCKED", "BLOCKED"],
  ["REVOKING", "DONE"],
  ["COMPLETE", "DONE"],
];

test.each(states)("a disconnect that is %s is %s", (status, state) => {
  const accounts = [account("DISCONNECTING", status)];
  expect(stateOf(disconnect, accounts)).toBe(state);
  const shown = state === "DONE" ? [] : [{ kind: "disconnect", disconnectionId: "d", blocked: state === "BLOCKED" }];
  expect(transitionsOf(accounts)).toMatchObject(shown);
  expect(followedIn(accounts)).toEqual(state === "DONE" ? [] : [disconnect]);
});
