import { graphql } from "../../gql";
import type { ProblemCode, ProgressFragment } from "../../gql/graphql";
import { Timestamp } from "../../ui/Timestamp";

graphql(`
  fragment Progress on Progress {
    done
    total
    nextAttemptAt
    problem {
      code
      message
      url
    }
  }
`);

/** How far work in the store is, until when it waits, and what hinders it. It changes too often to be announced. */
export function ProgressFacts({ progress, blocked }: { progress: ProgressFragment; blocked: boolean }) {
  const { nextAttemptAt, problem } = progress;
  return (
    <div aria-live="off">
      <p>{progressText(progress, blocked)}</p>
      {problem && (
        <p>
          {problem.message}{" "}
          {problem.url && (
            <a href={problem.url} target="_blank" rel="noreferrer">
              {placeOf(problem.code)}
            </a>
          )}
        </p>
      )}
      {nextAttemptAt && (
        <p>
          It waits until <Timestamp at={nextAttemptAt} />, and is tried again then.
        </p>
      )}
    </div>
  );
}

export function progressText({ done, total }: ProgressFragment, blocked: boolean): string {
  if (total > 0) return `${done} of ${total} changes are written to the store.`;
  return blocked ? "Nothing is written to the store yet." : "The store is being read.";
}

function placeOf(code: ProblemCode): string {
  return code.startsWith("TIKTOK_") ? "Open Seller Center" : "Open the Shopify admin";
}
