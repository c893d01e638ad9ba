export { toHttpBlock } from "./clients.ts";
export { type ClientConfig, toClientConfigs } from "./config/client-config.ts";
export {
  type Delivery,
  type Endpoint,
  type HttpEndpoint,
  type Secret,
  type StdioEndpoint,
  toStdioEndpoint,
} from "./config/endpoint.ts";
export { type Example, readExamples } from "./examples.ts";
export { toHelp } from "./help.ts";
export { imageBase, toImageName, toLabelInstruction } from "./image.ts";
export { fillMarkers } from "./markers.ts";
export { type ServedServer, toPage } from "./page/page.ts";
export { type ReadmeBlocks, type ReadmeFacts, toReadmeBlocks } from "./readme.ts";
export { toDiscovery } from "./server-card.ts";
export { type RegistryEntry, toServerJson } from "./server-json.ts";
export { toDefaultTools, toTokens } from "./tool-facts.ts";
