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
    if (run && last && goesOn(last, entry)) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run) => (isEdit(run[0]) && run.length < manyEdits ? run.map((entry) => [entry]) : [run]));
}

/**
 * How many of the entries a page of so many goes to, when the run that it would end in is shown whole; undefined when that run may go on
 * beyond the entries.
 */
export function endOfRun(entries: EntryFragment[], page: number): number | undefined {
  for (let at = Math.max(page, 1); at < entries.length; at++) {
    const [last, next] = [entries[at - 1], entries[at]];
    if (last && next && !goesOn(last, next)) return at;
  }
  const last = entries.at(-1);
  return last === undefined || (!isEdit(last) && last.disconnection === null) ? entries.length : undefined;
}

/** Whether an older entry belongs to the run of a newer one. */
function goesOn(newer: EntryFragment, older: EntryFragment): boolean {
  return isSameDisconnect(newer, older) || isSameSession(newer, older);
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
