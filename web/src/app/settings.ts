// The page of the settings with the dialogs above it, loaded together: whoever has opened the page can open them without a network.
export { ConnectDialog } from "../features/connect/ConnectDialog";
export { DisconnectDialog } from "../features/disconnect/DisconnectDialog";
export { SettingsPage } from "../features/settings/SettingsPage";
