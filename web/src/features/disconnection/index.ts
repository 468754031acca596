export { AcceptDialog } from "./AcceptDialog";
export { DisconnectionPage } from "./DisconnectionPage";
