import { createBrowserRouter, createRoutesFromElements, Route } from "react-router";
import { RouterProvider } from "react-router/dom";
import { Provider } from "urql";
import { AcceptDialog } from "../features/activity/AcceptDialog";
import { ActivityPage } from "../features/activity/ActivityPage";
import { DisconnectionPage } from "../features/activity/DisconnectionPage";
import { ApiKeysPage } from "../features/apikeys/ApiKeysPage";
import { CreateDialog } from "../features/apikeys/CreateDialog";
import { RevokeDialog } from "../features/apikeys/RevokeDialog";
import { RotateDialog } from "../features/apikeys/RotateDialog";
import { ConnectDialog } from "../features/connect/ConnectDialog";
import { DisconnectDialog } from "../features/disconnect/DisconnectDialog";
import { NoticeProvider } from "../features/notice";
import { OverviewPage } from "../features/overview/OverviewPage";
import { SettingsPage } from "../features/settings/SettingsPage";
import { UnsavedProvider } from "../features/unsaved";
import { newClient } from "./client";
import { Layout } from "./Layout";
import { NotFoundPage } from "./NotFoundPage";

const client = newClient();

/** Every page and dialog has an address; web/admin.go knows which are pages. */
const router = createBrowserRouter(
  createRoutesFromElements(
    <Route element={<Layout />}>
      <Route index element={<OverviewPage />} />
      <Route path="settings" element={<SettingsPage />}>
        <Route path="connect" element={<ConnectDialog />} />
        <Route path="accounts/:accountId/disconnect" element={<DisconnectDialog />} />
      </Route>
      <Route path="activity" element={<ActivityPage />} />
      <Route path="activity/disconnections/:id" element={<DisconnectionPage />}>
        <Route path="accept" element={<AcceptDialog />} />
      </Route>
      <Route path="api-keys" element={<ApiKeysPage />}>
        <Route path="new" element={<CreateDialog />} />
        <Route path=":keyId/rotate" element={<RotateDialog />} />
        <Route path=":keyId/revoke" element={<RevokeDialog />} />
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
