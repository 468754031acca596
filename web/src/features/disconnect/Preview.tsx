import { graphql } from "../../gql";
import type { PreviewFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Exceptions } from "../../shared/Exceptions";
import { Fold } from "../../ui/Fold";
import { Timestamp } from "../../ui/Timestamp";
import { Answers } from "./Answers";
import { Changes } from "./Changes";
import { exceptionCount } from "./exceptionCount";
import styles from "./Preview.module.css";
import { Warnings } from "./Warnings";

graphql(`
  fragment Preview on DisconnectPreview {
    token
    observedAt
    estimatedSeconds
    leavingProductCount
    openOrders {
      total
      nextDueAt
      byTask {
        task
        count
      }
    }
    exceptions {
      ...Exception
    }
    warnings {
      code
      message
      count
    }
    changes {
      scope
      definition {
        group
        title
      }
      ...Change
    }
    edits {
      ...Change
    }
  }
`);

const manyExceptions = 4;

interface Props {
  preview: PreviewFragment;
  accountId: string;
}

/** What disconnecting would do: in short, in the server's words, and setting by setting. */
export function Preview({ preview, accountId }: Props) {
  const { observedAt, exceptions } = preview;
  const count = exceptionCount(preview);
  return (
    <>
      <Answers preview={preview} />
      {exceptions.length > 0 && (
        <section aria-label={t("disconnect.exceptions.label")}>
          <Fold title={t("disconnect.exceptions.title", { count })} open={count <= manyExceptions}>
            <Exceptions exceptions={exceptions} count={count} />
          </Fold>
        </section>
      )}
      <Changes preview={preview} accountId={accountId} />
      <Warnings preview={preview} />
      <p className={styles.moment}>
        <Message id="disconnect.asOf" values={{ at: <Timestamp at={observedAt} as="record" /> }} />
      </p>
    </>
  );
}
