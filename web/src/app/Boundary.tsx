import { Component, type ReactNode } from "react";
import { Failure } from "../ui/Failure";
import { Page } from "../ui/Page";

/** Shows that a page broke, where React would leave nothing to be seen. */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Page title="Something went wrong">
        <Failure
          message="This page cannot be shown. Nothing was changed by that."
          requestId={undefined}
          again={() => window.location.reload()}
        />
      </Page>
    );
  }
}
