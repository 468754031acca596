export { CreateEndpointDialog } from "./CreateEndpointDialog";
export { DeleteEndpointDialog } from "./DeleteEndpointDialog";
export { EditEndpointDialog } from "./EditEndpointDialog";
export { EndpointPage } from "./EndpointPage";
export { RotateSecretDialog } from "./RotateSecretDialog";
export { WebhooksPage } from "./WebhooksPage";
