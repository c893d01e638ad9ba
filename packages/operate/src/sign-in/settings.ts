import type { OAuthClient } from "@fairlead/define";

/** What the options ask for. */
export interface SignInSettings {
  /** This server as a client of the service. */
  readonly client: OAuthClient;
  /** This server as a client of the authorization server of its callers. */
  readonly self: OAuthClient;
  /** Where accounts are kept; in memory or in Redis without it. */
  readonly file: string | undefined;
}

/** Values of options, by their keys. */
type Values = Readonly<Record<string, unknown>>;

/** Reads the options of the sign-in, or gives every problem with them; undefined if none is given. */
export function readSignInSettings(
  values: Values,
): SignInSettings | { readonly problems: string[] } | undefined {
  const [id, secret] = [toText(values["signInClientId"]), toText(values["signInClientSecret"])];
  const [ownId, ownSecret] = [
    toText(values["signInOauthClientId"]),
    toText(values["signInOauthClientSecret"]),
  ];
  const file = toText(values["signInFile"]);
  if ([id, secret, ownId, ownSecret, file].every((value) => value === undefined)) return undefined;
  const problems: string[] = [];
  if (id === undefined) {
    problems.push(
      "--sign-in-client-id (FAIRLEAD_SIGN_IN_CLIENT_ID) is required with --sign-in-client-secret, --sign-in-file, --sign-in-oauth-client-id and --sign-in-oauth-client-secret. Register this server as an OAuth client of the service.",
    );
  }
  if (ownId === undefined) {
    problems.push(
      "--sign-in-oauth-client-id (FAIRLEAD_SIGN_IN_OAUTH_CLIENT_ID) is required with --sign-in-client-id. Register this server as a client of the first --oauth-issuer: the sign-in page asks that issuer who opened it.",
    );
  }
  const isShared = values["redisUrl"] !== undefined;
  if (file !== undefined && isShared) {
    problems.push(
      "--sign-in-file and --redis-url exclude each other: with Redis, all replicas keep the sign-ins there.",
    );
  }
  if ((file !== undefined || isShared) && values["stateKeys"] === undefined) {
    problems.push(
      'The sign-ins in --sign-in-file or Redis are sealed with --state-keys (FAIRLEAD_STATE_KEYS), which are missing. "openssl rand -base64 32" makes one.',
    );
  }
  if (problems.length > 0 || id === undefined || ownId === undefined) return { problems };
  return { client: { id, secret }, self: { id: ownId, secret: ownSecret }, file };
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
