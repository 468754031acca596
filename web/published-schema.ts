import { execFileSync } from "node:child_process";
import {
  type BreakingChange,
  buildSchema,
  type ConstDirectiveNode,
  findBreakingChanges,
  GraphQLDeprecatedDirective,
  getDirectiveValues,
  Kind,
  parse,
  print,
  visit,
} from "graphql";

/** Where the schema is published, from the root of the repository. */
export const publishedSchema = "docs/schema.graphql";

const root = new URL("..", import.meta.url).pathname;

/** The schema as it was published at each commit that changed it, newest first. */
export function publishedVersions(): string[] {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 24, stdio: ["ignore", "pipe", "ignore"] });
  const commits = git("log", "--format=%H", "--diff-filter=AMR", "--", publishedSchema).split("\n").filter(Boolean);
  return commits.map((commit) => git("show", `${commit}:${publishedSchema}`));
}

/** How a deprecation says until when what it is about stays, and what to use in its place. */
export const deprecation = /^Use `\S+`.* Goes on (\d{4}-\d{2}-\d{2})\.$/;

/** What of the published schema is broken by the present one. What was deprecated until a day that has come may be gone. */
export function brokenBy(present: string, published: string, today: string): BreakingChange[] {
  const expired = (node: { readonly directives?: readonly ConstDirectiveNode[] }) => {
    const reason = String(getDirectiveValues(GraphQLDeprecatedDirective, node)?.reason);
    const until = deprecation.exec(reason)?.[1];
    return until !== undefined && until <= today;
  };
  const kept = visit(parse(published), {
    enter: (node) =>
      (node.kind === Kind.FIELD_DEFINITION ||
        node.kind === Kind.ENUM_VALUE_DEFINITION ||
        node.kind === Kind.INPUT_VALUE_DEFINITION) &&
      expired(node)
        ? null
        : undefined,
  });
  return findBreakingChanges(buildSchema(print(kept)), buildSchema(present));
}
