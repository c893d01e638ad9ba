export type { Authenticate, Authorize, Claim, Refusal, ScopedTool } from "./authenticate.ts";
export { type PublicDocument, type Redirect, toIssuerRedirects, toMetadata } from "./metadata.ts";
export {
  createResourceServer,
  type ResourceServer,
  type ResourceServerOptions,
} from "./resource-server.ts";
export { type OAuthSettings, readSettings, type ScopeNames } from "./settings.ts";
