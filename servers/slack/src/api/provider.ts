const open = ["channels:read", "channels:history"];
const hidden = ["groups", "im", "mpim"].flatMap((kind) => [`${kind}:read`, `${kind}:history`]);
const others = [
  ...["search:read", "users:read", "users.profile:read", "usergroups:read", "files:read"],
  ...["chat:write", "reactions:write", "files:write", "im:write", "mpim:write", "canvases:write"],
];

export interface SlackPlace {
  readonly apiUrl: string;
  readonly allowPrivate: boolean;
  readonly channelIds: readonly string[];
}

/**
 * Where people sign in to Slack: with user scopes, so that everything is done as themselves. Private
 * channels and messages are asked for only if the options let the tools read some.
 */
export function toProvider({ apiUrl, allowPrivate, channelIds }: SlackPlace) {
  const api = new URL(apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`);
  const scopes = [...open, ...(allowPrivate || channelIds.length > 0 ? hidden : []), ...others];
  return {
    title: "Slack",
    authorizationEndpoint: new URL("/oauth/v2/authorize", api).href,
    tokenEndpoint: new URL("oauth.v2.access", api).href,
    scopes,
    scopeParameter: { name: "user_scope", separator: "," },
    secretIn: "body",
    tokensIn: "authed_user",
    toRevocation: ({ access }: { readonly access: string }) => ({
      url: new URL("auth.revoke", api).href,
      method: "POST",
      headers: { authorization: `Bearer ${access}` },
    }),
  } as const;
}
