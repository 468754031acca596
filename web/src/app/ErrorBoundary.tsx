import { Component, type ReactNode } from "react";
import { t } from "../i18n/messages";
import { useCloseDialog } from "../shared/useCloseDialog";
import { Dialog, DialogBody } from "../ui/Dialog";
import { ErrorBanner } from "../ui/ErrorBanner";
import { Page } from "../ui/Page";

interface Props {
  children: ReactNode;
  /** What is shown in the place of the children when they cannot be: a page by default. */
  fallback?: ReactNode;
}

/** Shows an error page when rendering throws, where React would leave nothing to be seen. */
export class ErrorBoundary extends Component<Props, { hasError: boolean }> {
  override state = { hasError: false };

  static getDerivedStateFromError() {
    return { hasError: true };
  }

  override render() {
    if (!this.state.hasError) return this.props.children;
    return this.props.fallback ?? <PageError />;
  }
}

/** What is shown in the place of a page that cannot be, because of a fault in it or because it could not be loaded. */
function PageError() {
  return (
    <Page title={t("app.wentWrong")}>
      <LoadAgain />
    </Page>
  );
}

/** The same for a dialog, whose page stays as it is. */
export function DialogError({ page }: { page: string }) {
  return (
    <Dialog title={t("app.wentWrong")} onClose={useCloseDialog(page)}>
      <DialogBody>
        <LoadAgain />
      </DialogBody>
    </Dialog>
  );
}

function LoadAgain() {
  return <ErrorBanner message={t("app.pageFailed")} requestId={undefined} retry={() => window.location.reload()} />;
}
