export { ApiKeysPage } from "./ApiKeysPage";
export { CreateDialog } from "./CreateDialog";
export { RevokeDialog } from "./RevokeDialog";
export { RotateDialog } from "./RotateDialog";
