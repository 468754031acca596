import { Link } from "react-router";
import { Message } from "../i18n/Message";
import { t } from "../i18n/messages";
import { Page } from "../ui/Page";

export function NotFoundPage() {
  return (
    <Page title={t("app.notFound")}>
      <p>
        <Message id="app.nothingHere" elements={{ link: (words) => <Link to="/">{words}</Link> }} />
      </p>
    </Page>
  );
}
