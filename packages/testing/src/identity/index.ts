export { type Browser, createBrowser, type Page } from "./browser.ts";
export { type Guarded, type GuardedOptions, startGuarded } from "./guarded.ts";
export { ada, grace, type Person } from "./people.ts";
export {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from "./provider.ts";
