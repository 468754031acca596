import { Message } from "../i18n/Message";
import { t } from "../i18n/messages";

/** Where the operator of the program wants sellers to turn; web/admin.go puts it into the page. */
const address = document.querySelector<HTMLMetaElement>('meta[name="support-url"]')?.content;

/** For what the seller cannot put right: the id under which the log has it, and where to turn. */
export function Support({ requestId }: { requestId: string | undefined }) {
  return (
    <>
      {requestId && (
        <p>
          <Message id="ui.requestId" values={{ id: requestId }} elements={{ code: (words) => <code>{words}</code> }} />
        </p>
      )}
      {address && (
        <p>
          <a href={address} target="_blank" rel="noreferrer">
            {t("ui.contactSupport")}
          </a>
        </p>
      )}
    </>
  );
}
