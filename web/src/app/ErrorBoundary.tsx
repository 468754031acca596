import { Component, type ReactNode } from "react";
import { t } from "../i18n/messages";
import { ErrorBanner } from "../ui/ErrorBanner";
import { Page } from "../ui/Page";

/** Shows an error page when rendering throws, where React would leave nothing to be seen. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasError: boolean }> {
  override state = { hasError: false };

  static getDerivedStateFromError() {
    return { hasError: true };
  }

  override render() {
    if (!this.state.hasError) return this.props.children;
    return <PageError />;
  }
}

/** What is shown in the place of a page that cannot be, because of a fault in it or because it could not be loaded. */
export function PageError() {
  return (
    <Page title={t("app.wentWrong")}>
      <ErrorBanner message={t("app.pageFailed")} requestId={undefined} retry={() => window.location.reload()} />
    </Page>
  );
}
