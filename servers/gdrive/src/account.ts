import { HintError } from "@fairlead/guard";
import { createUpstream, type Upstream } from "@fairlead/upstream";
import { Drive } from "./api/drive.ts";
import { type Credentials, StoredCredentials } from "./auth/credentials.ts";
import { assertSecure, type Keys, readKeys } from "./auth/oauth-client.ts";
import { toScopes } from "./auth/scopes.ts";
import { ServiceAccount, serviceAccountShape } from "./auth/service-account.ts";
import { isExposed, readSecret, toKeysPath, tokensShape, toTokenPath } from "./auth/token-file.ts";
import type { Options } from "./config.ts";
import { DriveError } from "./errors.ts";

export interface Caller {
  readonly principal: string;
  /** The one that the caller signed in to, in place of everything that is kept in files. */
  readonly account?: { token(refused?: string): Promise<string> } | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  warn(message: string): void;
}

export interface Account {
  readonly drive: Drive;
  close(): void | Promise<void>;
}

const google = "https://www.googleapis.com";
const googleSheets = "https://sheets.googleapis.com";

/** Opens the Drive of one caller, with a way there, credentials and answers kept for nobody else. */
export async function openAccount(options: Options, caller: Caller): Promise<Account> {
  if (options.demo) return (await import("./demo/demo.ts")).openDemo();
  if (caller.account !== undefined) return openOwn(options, caller.account, caller);
  const path = toTokenPath(options, caller.principal, caller.environment);
  const secret = await readSecret(path);
  if (secret === undefined) throw notSignedIn(path, options, caller);
  if (await isExposed(path)) caller.warn(`${path} can be read by others: chmod 600 it.`);
  const { baseUrl, sheetsUrl } = toUrls(options.baseUrl);
  const key = serviceAccountShape.safeParse(secret).data;
  const keys = await readKeys(toKeysPath(options, caller.environment));
  const tokenUri = key?.token_uri ?? keys?.tokenUri;
  const upstream = createUpstream({
    baseUrl,
    origins: tokenUri === undefined ? [sheetsUrl] : [sheetsUrl, tokenUri],
    environment: caller.environment,
  });
  const credentials = key
    ? new ServiceAccount(key, toScopes(options), upstream.fetch)
    : toStored(secret, path, keys, upstream, options, caller);
  return {
    drive: new Drive({ upstream, credentials, baseUrl, sheetsUrl }),
    close: () => upstream.close(),
  };
}

/** Opens the Drive of a caller who signed in on the sign-in page. */
function openOwn(
  options: Options,
  account: NonNullable<Caller["account"]>,
  { environment }: Caller,
): Account {
  const { credentialsPath, credentialsDirectory } = options;
  if (credentialsPath !== undefined || credentialsDirectory !== undefined) {
    throw new DriveError(
      "More than one way to sign in is configured.",
      "The person who runs this server must leave out --credentials-path and --credentials-directory: with --sign-in-client-id every caller signs in themselves.",
    );
  }
  const { baseUrl, sheetsUrl } = toUrls(options.baseUrl);
  const upstream = createUpstream({ baseUrl, origins: [sheetsUrl], environment });
  const credentials: Credentials = {
    // Each person decides for themselves what they tick.
    scopes: undefined,
    // Google's client wraps what it does not know.
    token: (refused) =>
      account.token(refused).catch((error: unknown) => {
        throw error instanceof HintError ? new DriveError(error.message, error.hint, 401) : error;
      }),
  };
  return {
    drive: new Drive({ upstream, credentials, baseUrl, sheetsUrl }),
    close: () => upstream.close(),
  };
}

function toStored(
  secret: unknown,
  path: string,
  keys: Keys | undefined,
  upstream: Upstream,
  options: Options,
  { principal, warn }: Caller,
): Credentials {
  const tokens = tokensShape.safeParse(secret).data;
  if (!tokens?.access_token && !tokens?.refresh_token) {
    throw new DriveError(
      `${path} holds no sign-in.`,
      "The person who runs this server must sign in: fairlead-server-gdrive auth.",
    );
  }
  if (options.credentialsDirectory === undefined) assertOwn(principal);
  return new StoredCredentials({ path, tokens, keys, fetch: upstream.fetch, warn });
}

/** One person's sign-in is not for everybody who has a token of this server. */
function assertOwn(principal: string): void {
  if (["local", "anonymous"].includes(principal)) return;
  throw new DriveError(
    `${JSON.stringify(principal)} has no Google account here.`,
    "The person who runs this server can give each caller one with --credentials-directory; a single sign-in is not shared among callers.",
  );
}

function notSignedIn(path: string, options: Options, { principal }: Caller): DriveError {
  const many = options.credentialsDirectory !== undefined;
  const flags = many ? ` --credentials-directory … --principal ${principal}` : "";
  return new DriveError(
    many
      ? `${JSON.stringify(principal)} has not signed in.`
      : `Nobody has signed in: there is no ${path}.`,
    `The person who runs this server must sign in: fairlead-server-gdrive auth${flags}. A service account's key can be named with --credentials-path (GDRIVE_CREDENTIALS_PATH) instead.`,
  );
}

/** An emulator serves both APIs at one address. */
function toUrls(given: string): { readonly baseUrl: string; readonly sheetsUrl: string } {
  assertSecure(given);
  const baseUrl = new URL(given).origin;
  return { baseUrl, sheetsUrl: baseUrl === google ? googleSheets : baseUrl };
}
