import type { ChangeFragment, PreviewFragment } from "../../gql/graphql";

/** The settings whose present values differ between two previews, in key order. */
export function diffPreviews(shown: PreviewFragment, current: PreviewFragment): ChangeFragment[] {
  const [before, after] = [byKey(shown), byKey(current)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => changeOf(before.get(key), after.get(key)) ?? []);
}

/** A setting that a preview leaves out has the value already that the other would give it. */
function changeOf(before: ChangeFragment | undefined, after: ChangeFragment | undefined): ChangeFragment | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  const either = after ?? before;
  if (!either) return undefined;
  return {
    ...either,
    kind: "UPDATED",
    before: before ? before.before : either.after,
    beforeBytes: before ? before.beforeBytes : either.afterBytes,
    after: after ? after.before : either.after,
    afterBytes: after ? after.beforeBytes : either.afterBytes,
  };
}

function byKey(preview: PreviewFragment): Map<string, ChangeFragment> {
  return new Map(preview.changes.map((change) => [change.key, change]));
}
