import { graphql } from "../../gql";
import type { ProgressFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Timestamp } from "../../ui/Timestamp";
import { ProblemText } from "../ProblemText";

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
      {problem && (
        <p>
          <ProblemText {...problem} />
        </p>
      )}
      {nextAttemptAt && (
        <p>
          <Message id="transitions.progress.waiting" values={{ at: <Timestamp at={nextAttemptAt} as="time" /> }} />
        </p>
      )}
      <p>{progressText(progress, blocked)}</p>
    </div>
  );
}

export function progressText({ done, total }: ProgressFragment, blocked: boolean): string {
  if (total > 0) return t("transitions.progress.written", { done, total });
  return t(blocked ? "transitions.progress.nothingWritten" : "transitions.progress.reading");
}
