import type { EntryFragment } from "../../gql/graphql";

/** So many edits in a row are one line; fewer are each worth reading. */
const manyEdits = 5;

/** In ms: edits that are further apart are no row. */
const maxPause = 60 * 60 * 1000;

/** Entries in their order, with those that belong together in one run: steps of one disconnect, and many edits by one actor. */
export function runsOf<Entry extends EntryFragment>(entries: Entry[]): Entry[][] {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && (isSameDisconnect(last, entry) || isSameSession(last, entry))) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run) => (isEdit(run[0]) && run.length < manyEdits ? run.map((entry) => [entry]) : [run]));
}

/** How many different settings the edits of a run have changed. */
export function changedSettings(run: EntryFragment[]): number {
  return new Set(run.flatMap(({ changes }) => changes.map(({ key }) => key))).size;
}

export function isEdit(entry: EntryFragment | undefined): boolean {
  return entry?.action === "SETTINGS_UPDATED";
}

function isSameDisconnect(one: EntryFragment, other: EntryFragment): boolean {
  return one.disconnection !== null && one.disconnection.id === other.disconnection?.id;
}

function isSameSession(one: EntryFragment, other: EntryFragment): boolean {
  const { kind, name } = one.actor;
  return (
    isEdit(one) &&
    isEdit(other) &&
    kind === other.actor.kind &&
    name === other.actor.name &&
    one.apiKey?.id === other.apiKey?.id &&
    Date.parse(one.occurredAt) - Date.parse(other.occurredAt) <= maxPause
  );
}
