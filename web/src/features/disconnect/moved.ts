import type { ChangeFragment, PreviewFragment } from "../../gql/graphql";

/** How the present values of settings moved between two previews, in key order. */
export function moved(seen: PreviewFragment, now: PreviewFragment): ChangeFragment[] {
  const [was, is] = [byKey(seen), byKey(now)];
  const keys = [...new Set([...was.keys(), ...is.keys()])].sort();
  return keys.flatMap((key) => step(was.get(key), is.get(key)) ?? []);
}

/** A setting that a preview leaves out has the value already that the other would give it. */
function step(was: ChangeFragment | undefined, is: ChangeFragment | undefined): ChangeFragment | undefined {
  if (JSON.stringify(was) === JSON.stringify(is)) return undefined;
  const shown = is ?? was;
  if (!shown) return undefined;
  return { ...shown, kind: "UPDATED", before: was ? was.before : shown.after, after: is ? is.before : shown.after };
}

function byKey(preview: PreviewFragment): Map<string, ChangeFragment> {
  return new Map(preview.changes.map((change) => [change.key, change]));
}
