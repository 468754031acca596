import { graphql } from "../../gql";
import type { ProgressFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Timestamp } from "../../ui/Timestamp";
import { ProblemText } from "../ProblemText";
import { Waiting } from "./Waiting";

graphql(`
  fragment Progress on Progress {
    done
    total
    nextAttemptAt
    attempting
    problem {
      ...Problem
    }
  }
`);

interface Props {
  progress: ProgressFragment;
  /** A person has to help. */
  blocked: boolean;
  /** What distinguishes this step from those before and after it. */
  step: string;
}

/** How far work in the store is, until when it waits, and what hinders it. It changes too often to be announced. */
export function ProgressFacts({ progress, blocked, step }: Props) {
  const { nextAttemptAt, problem } = progress;
  return (
    <div aria-live="off">
      {problem && <ProblemText problem={problem} />}
      {nextAttemptAt && (
        <p>
          <Message id="transitions.progress.waiting" values={{ at: <Timestamp at={nextAttemptAt} as="time" /> }} />
        </p>
      )}
      <p>{progressText(progress, blocked)}</p>
      <Waiting progress={progress} step={step} platform="SHOPIFY" />
    </div>
  );
}

export function progressText({ done, total }: ProgressFragment, blocked: boolean): string {
  if (total > 0) return t("transitions.progress.written", { done, total });
  return t(blocked ? "transitions.progress.nothingWritten" : "transitions.progress.reading");
}
