import { BrowserRouter, Route, Routes } from "react-router";
import { Provider } from "urql";
import { ActivityPage } from "../features/activity/ActivityPage";
import { DisconnectionPage } from "../features/activity/DisconnectionPage";
import { ConnectDialog } from "../features/connect/ConnectDialog";
import { DisconnectDialog } from "../features/disconnect/DisconnectDialog";
import { NoticeProvider } from "../features/notice";
import { OverviewPage } from "../features/overview/OverviewPage";
import { SettingsPage } from "../features/settings/SettingsPage";
import { newClient } from "./client";
import { Layout } from "./Layout";
import { NotFoundPage } from "./NotFoundPage";

const client = newClient();

/** Every page and dialog has an address; web/admin.go knows which are pages. */
export function App() {
  return (
    <Provider value={client}>
      <BrowserRouter>
        <NoticeProvider>
          <Routes>
            <Route element={<Layout />}>
              <Route index element={<OverviewPage />} />
              <Route path="settings" element={<SettingsPage />}>
                <Route path="connect" element={<ConnectDialog />} />
                <Route path="accounts/:accountId/disconnect" element={<DisconnectDialog />} />
              </Route>
              <Route path="activity" element={<ActivityPage />} />
              <Route path="activity/disconnections/:id" element={<DisconnectionPage />} />
              <Route path="*" element={<NotFoundPage />} />
            </Route>
          </Routes>
        </NoticeProvider>
      </BrowserRouter>
    </Provider>
  );
}
