import type { ComponentType } from "react";
import { createBrowserRouter, createRoutesFromElements, Route } from "react-router";
import { RouterProvider } from "react-router/dom";
import { Provider } from "urql";
import { newClient } from "../api/client";
import { ActivityPage } from "../features/activity/ActivityPage";
import { OverviewPage } from "../features/overview/OverviewPage";
import { loadTexts } from "../i18n/language";
import type { Part } from "../i18n/parts";
import { NoticeProvider } from "../shared/notice";
import { UnsavedProvider } from "../shared/unsaved";
import { Loading } from "../ui/Loading";
import { PageError } from "./ErrorBoundary";
import { Layout } from "./Layout";
import { NotFoundPage } from "./NotFoundPage";

// What the first page does not show is loaded when it is opened.
const settings = componentsOf(() => import("./settings"), ["settings", "descriptions"]);
const disconnection = componentsOf(() => import("../features/disconnection"), ["disconnection", "descriptions"]);
const apiKeys = componentsOf(() => import("../features/apikeys"), ["apikeys"]);
const webhooks = componentsOf(() => import("../features/webhooks"), ["webhooks"]);

/** Components of a feature, for routes; it is loaded with what it says when the first of them is opened. */
function componentsOf<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, texts: Part[]) {
  return (name: Name) => async () => {
    const [components] = await Promise.all([load(), loadTexts(texts)]);
    return { Component: components[name] };
  };
}

/** What the values that were changed are of is told by the server in English, and by other languages in words of their own. */
async function loadDescriptions() {
  await loadTexts(["descriptions"]);
  return null;
}

const client = newClient();

/** Every page and dialog has an address; web/admin.go knows which are pages. */
const router = createBrowserRouter(
  createRoutesFromElements(
    <Route element={<Layout />}>
      <Route index element={<OverviewPage />} />
      <Route hydrateFallbackElement={<Loading />} errorElement={<PageError />}>
        <Route path="activity" element={<ActivityPage />} loader={loadDescriptions} />
        <Route path="settings" lazy={settings("SettingsPage")}>
          <Route path="connect" lazy={settings("ConnectDialog")} />
          <Route path="accounts/:accountId/disconnect" lazy={settings("DisconnectDialog")} />
        </Route>
        <Route path="activity/disconnections/:id" lazy={disconnection("DisconnectionPage")}>
          <Route path="accept" lazy={disconnection("AcceptDialog")} />
        </Route>
        <Route path="api-keys" lazy={apiKeys("ApiKeysPage")}>
          <Route path="new" lazy={apiKeys("CreateDialog")} />
          <Route path=":keyId/rotate" lazy={apiKeys("RotateDialog")} />
          <Route path=":keyId/revoke" lazy={apiKeys("RevokeDialog")} />
        </Route>
        <Route path="webhook-endpoints" lazy={webhooks("WebhooksPage")}>
          <Route path="new" lazy={webhooks("CreateEndpointDialog")} />
        </Route>
        <Route path="webhook-endpoints/:endpointId" lazy={webhooks("EndpointPage")}>
          <Route path="edit" lazy={webhooks("EditEndpointDialog")} />
          <Route path="rotate" lazy={webhooks("RotateSecretDialog")} />
          <Route path="delete" lazy={webhooks("DeleteEndpointDialog")} />
        </Route>
      </Route>
      <Route path="*" element={<NotFoundPage />} />
    </Route>,
  ),
);

export function App() {
  return (
    <Provider value={client}>
      <NoticeProvider>
        <UnsavedProvider>
          <RouterProvider router={router} />
        </UnsavedProvider>
      </NoticeProvider>
    </Provider>
  );
}
