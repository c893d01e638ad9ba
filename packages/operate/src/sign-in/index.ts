export type { PageAnswer } from "./html.ts";
export type { PageRequest } from "./pages.ts";
export { readSignInSettings, type SignInSettings } from "./settings.ts";
export { SignIn, type SignInOptions } from "./sign-in.ts";
export { openVaultFile, type VaultFile } from "./vault-file.ts";
