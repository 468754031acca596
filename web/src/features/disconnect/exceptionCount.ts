import type { PreviewFragment } from "../../gql/graphql";

/** How many entries cannot be put back: more than are listed, perhaps. */
export function exceptionCount({ exceptions, warnings }: PreviewFragment): number {
  return warnings.find(({ code }) => code === "CANNOT_BE_RESTORED")?.count ?? exceptions.length;
}
