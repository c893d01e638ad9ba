import type { Fetch } from "@fairlead/upstream";
import type { OAuth2Client } from "google-auth-library";
import { z } from "zod";
import { DriveError } from "../errors.ts";
import { readSecret } from "./token-file.ts";

/** The OAuth client this server signs people in as. */
export interface Keys {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly authUri: string;
  readonly tokenUri: string;
}

/** Google's token endpoint, where a file names no other. */
export const googleTokenUri = "https://oauth2.googleapis.com/token";

const client = z.object({
  client_id: z.string(),
  client_secret: z.string().optional(),
  auth_uri: z.string().default("https://accounts.google.com/o/oauth2/v2/auth"),
  token_uri: z.string().default(googleTokenUri),
});
const file = z.union([
  z.object({ installed: client }).transform(({ installed }) => installed),
  z.object({ web: client }).transform(({ web }) => web),
]);

/** Reads the keys as Google Cloud's console offers them; undefined where there is no file. */
export async function readKeys(path: string): Promise<Keys | undefined> {
  const content = await readSecret(path);
  if (content === undefined) return undefined;
  const parsed = file.safeParse(content);
  if (!parsed.success) {
    throw new DriveError(
      `${path} holds no OAuth client.`,
      "Create one of type desktop app in the Google Cloud console and download its JSON.",
    );
  }
  const { client_id, client_secret, auth_uri, token_uri } = parsed.data;
  for (const uri of [auth_uri, token_uri]) assertSecure(uri);
  return {
    clientId: client_id,
    clientSecret: client_secret,
    authUri: auth_uri,
    tokenUri: token_uri,
  };
}

/** Refuses an address that tokens would travel to in the clear. */
export function assertSecure(uri: string): void {
  const url = URL.parse(uri);
  const local = url !== null && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && local)) return;
  throw new DriveError(
    `${JSON.stringify(uri)} is not an https address.`,
    "Tokens are sent over https only, or to this machine itself.",
  );
}

/** Google's OAuth client on the given way, without retries of its own. */
export async function createOAuthClient(keys: Keys, fetch: Fetch): Promise<OAuth2Client> {
  const { gaxios, OAuth2Client } = await import("google-auth-library");
  const transporter = new gaxios.Gaxios({ fetchImplementation: fetch });
  transporter.interceptors.request.add({
    // It asks for retries with every request; repeating is the way's own business.
    resolved: async (config) => {
      delete config.retryConfig;
      return Object.assign(config, { retry: false });
    },
  });
  return new OAuth2Client({
    clientId: keys.clientId,
    ...(keys.clientSecret !== undefined && { clientSecret: keys.clientSecret }),
    endpoints: { oauth2AuthBaseUrl: keys.authUri, oauth2TokenUrl: keys.tokenUri },
    transporter,
  });
}

const refusal = z.object({
  response: z.object({ data: z.object({ error: z.string().regex(/^\w{1,64}$/) }) }),
});

/** The OAuth error code (RFC 6749 5.2) in what the client threw. */
export function findOAuthError(error: unknown): string | undefined {
  return refusal.safeParse(error).data?.response.data.error;
}
