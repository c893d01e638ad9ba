import { randomBytes } from "node:crypto";
import { createUpstream } from "@fairlead/upstream";
import type { Options } from "../config.ts";
import { DriveError } from "../errors.ts";
import { toSignInError } from "./credentials.ts";
import { listenForCode } from "./loopback.ts";
import { createOAuthClient, readKeys } from "./oauth-client.ts";
import { toScopes } from "./scopes.ts";
import { toKeysPath, toTokenPath, writeTokens } from "./token-file.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Signs a person in (RFC 8252: PKCE, and a redirect to a port of this machine) and keeps the tokens
 * in their file. Prints where to click and what happened, and no token.
 */
export async function signIn(
  options: Options,
  print: (line: string) => void,
  environment: Variables,
): Promise<void> {
  const keysPath = toKeysPath(options, environment);
  const keys = await readKeys(keysPath);
  if (keys === undefined) throw noKeys(keysPath);
  const path = toTokenPath(options, toPrincipal(options), environment);
  const upstream = createUpstream({ baseUrl: keys.tokenUri, environment });
  const state = randomBytes(32).toString("base64url");
  const callback = await listenForCode(state);
  try {
    const client = await createOAuthClient(keys, upstream.fetch);
    const { codeVerifier, codeChallenge = "" } = await client.generateCodeVerifierAsync();
    const { S256 } = (await import("google-auth-library")).CodeChallengeMethod;
    const scopes = toScopes(options);
    const url = client.generateAuthUrl({
      access_type: "offline",
      // Without it Google gives a refresh token the first time only.
      prompt: "consent",
      scope: scopes,
      state,
      redirect_uri: callback.redirectUri,
      code_challenge: codeChallenge,
      code_challenge_method: S256,
    });
    print("Open this address in a browser on this machine and sign in:");
    print(url);
    const code = await callback.code;
    const { tokens } = await client
      .getToken({ code, codeVerifier, redirect_uri: callback.redirectUri })
      .catch((error: unknown) => {
        throw toSignInError(error);
      });
    assertGranted(tokens, scopes);
    await writeTokens(path, { ...tokens });
    print(`Signed in for ${scopes.join(" ")}. The tokens are in ${path}.`);
  } finally {
    callback.close();
    upstream.close();
  }
}

/** Whose sign-in it is: the person's at this machine, unless each caller has one. */
function toPrincipal({ credentialsDirectory, principal }: Options): string {
  if (credentialsDirectory === undefined || principal !== undefined) return principal ?? "local";
  throw new DriveError(
    "--credentials-directory keeps one sign-in for each caller, and the command names no caller.",
    "Name the caller with --principal, as in --token-file. On stdio the caller is local.",
  );
}

function assertGranted(
  tokens: { readonly refresh_token?: string | null; readonly scope?: string },
  scopes: readonly string[],
): void {
  const granted = tokens.scope?.split(" ") ?? scopes;
  const missing = scopes.filter((scope) => !granted.includes(scope));
  if (missing.length > 0) {
    throw new DriveError(
      `Not allowed on Google's page: ${missing.join(" ")}.`,
      "Sign in again and tick every box.",
    );
  }
  if (tokens.refresh_token) return;
  throw new DriveError(
    "Google gave no refresh token, so the sign-in would end within the hour.",
    "Remove this app's access at https://myaccount.google.com/connections and sign in again.",
  );
}

function noKeys(path: string): DriveError {
  return new DriveError(
    `There are no OAuth keys in ${path}.`,
    "In the Google Cloud console, enable the Google Drive API and the Google Sheets API, create an OAuth client of type desktop app, download its JSON, and put it there or name it with --oauth-path (GDRIVE_OAUTH_PATH).",
  );
}
