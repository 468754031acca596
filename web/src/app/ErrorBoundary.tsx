import { Component, type ReactNode } from "react";
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
    return (
      <Page title="Something went wrong">
        <ErrorBanner
          message="This page cannot be shown. Nothing was changed by that."
          requestId={undefined}
          retry={() => window.location.reload()}
        />
      </Page>
    );
  }
}
