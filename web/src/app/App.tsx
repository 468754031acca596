import { createRoutesFromElements, matchRoutes, Route, useRoutes } from "react-router";
import { Provider } from "urql";
import { newClient } from "../api/client";
import { ActivityPage } from "../features/activity/ActivityPage";
import { OverviewPage } from "../features/overview/OverviewPage";
import { guardedHistory } from "../shared/navigation/guardedHistory";
import { HistoryRouter } from "../shared/navigation/HistoryRouter";
import { NoticeProvider } from "../shared/notice";
import { UnsavedProvider } from "../shared/unsaved";
import { DialogError, ErrorBoundary } from "./ErrorBoundary";
import { Layout } from "./Layout";
import { type LazyRoute, lazyRoutes } from "./lazyRoutes";
import { NotFoundPage } from "./NotFoundPage";

// What the first page does not show is loaded when it is opened.
const activity = lazyRoutes(async () => ({ ActivityPage }), ["descriptions"]);
const settings = lazyRoutes(() => import("../features/settings/SettingsPage"), ["settings", "descriptions"]);
const connect = lazyRoutes(() => import("../features/connect/ConnectDialog"), ["connect"]);
const disconnect = lazyRoutes(() => import("../features/disconnect/DisconnectDialog"), ["disconnect"]);
const disconnection = lazyRoutes(() => import("../features/disconnection"), ["disconnection", "descriptions"]);
const apiKeys = lazyRoutes(() => import("../features/apikeys"), ["apikeys"]);
const webhooks = lazyRoutes(() => import("../features/webhooks"), ["webhooks"]);

/** A dialog that is not loaded with its page: when it cannot be loaded, what is typed on the page stays. */
function aboveSettings({ Component, handle }: LazyRoute) {
  const element = (
    <ErrorBoundary fallback={<DialogError page="/settings" />}>
      <Component />
    </ErrorBoundary>
  );
  return { element, handle };
}

const client = newClient();

/** Every page and dialog has an address; web/admin.go knows which are pages. */
const routes = createRoutesFromElements(
  <Route element={<Layout />}>
    <Route index element={<OverviewPage />} />
    <Route path="activity" {...activity("ActivityPage")} />
    <Route path="settings" {...settings("SettingsPage")}>
      <Route path="connect" {...aboveSettings(connect("ConnectDialog"))} />
      <Route path="accounts/:accountId/disconnect" {...aboveSettings(disconnect("DisconnectDialog"))} />
    </Route>
    <Route path="activity/disconnections/:id" {...disconnection("DisconnectionPage")}>
      <Route path="accept" {...disconnection("AcceptDialog")} />
    </Route>
    <Route path="api-keys" {...apiKeys("ApiKeysPage")}>
      <Route path="new" {...apiKeys("CreateDialog")} />
      <Route path=":keyId/rotate" {...apiKeys("RotateDialog")} />
      <Route path=":keyId/revoke" {...apiKeys("RevokeDialog")} />
    </Route>
    <Route path="webhook-endpoints" {...webhooks("WebhooksPage")}>
      <Route path="new" {...webhooks("CreateEndpointDialog")} />
    </Route>
    <Route path="webhook-endpoints/:endpointId" {...webhooks("EndpointPage")}>
      <Route path="edit" {...webhooks("EditEndpointDialog")} />
      <Route path="rotate" {...webhooks("RotateSecretDialog")} />
      <Route path="delete" {...webhooks("DeleteEndpointDialog")} />
    </Route>
    <Route path="*" element={<NotFoundPage />} />
  </Route>,
);

const history = guardedHistory();

// A dialog is loaded beside its page, not after it.
for (const { route } of matchRoutes(routes, history.location) ?? []) route.handle?.();

export function App() {
  return (
    <Provider value={client}>
      <NoticeProvider>
        <UnsavedProvider>
          <HistoryRouter history={history}>
            <Pages />
          </HistoryRouter>
        </UnsavedProvider>
      </NoticeProvider>
    </Provider>
  );
}

function Pages() {
  return useRoutes(routes);
}
