export { type AskingClient, askingClients, type OnAddress } from "./asking-client.ts";
export { type Browser, createBrowser, type Page } from "./browser.ts";
export { type Guarded, type GuardedOptions, startGuarded } from "./guarded.ts";
export { ada, grace, type Person } from "./people.ts";
export {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from "./provider.ts";
export {
  githubHabits,
  googleHabits,
  type SignInHabits,
  SignInService,
  slackHabits,
} from "./sign-in-service.ts";
export {
  createUser,
  ourApp,
  type SigningIn,
  type SigningInOptions,
  startSigningIn,
} from "./signing-in.ts";
export { type Registered, register, signInForToken } from "./tokens.ts";
