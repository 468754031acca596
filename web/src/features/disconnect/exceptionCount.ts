import type { PreviewFragment } from "../../gql/graphql";

/** How many entries cannot be put back: more than are listed, perhaps. */
export function exceptionCount({ exceptions, warnings }: PreviewFragment): number {
  return warnings.find(({ code }) => code === "CANNOT_BE_RESTORED")?.count ?? exceptions.length;
}

/** Whether what cannot be put back is of the settings that are counted above, of others, or cannot be said to be of either. */
export function whereExceptions(preview: PreviewFragment): "inThese" | "inOthers" | "anywhere" {
  const { changes, exceptions } = preview;
  const count = exceptionCount(preview);
  const counted = new Set(changes.map(({ key }) => key));
  const inThese = exceptions.filter(({ key }) => counted.has(key)).length;
  if (inThese === count) return "inThese";
  return inThese === 0 && exceptions.length === count ? "inOthers" : "anywhere";
}
