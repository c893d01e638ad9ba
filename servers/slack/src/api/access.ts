import type { Client } from "./client.ts";

/** What a tool asks of a token: one scope of each list, and a user token where that is said. */
interface Needs {
  readonly scopes: readonly (readonly string[])[];
  readonly user?: true;
}

const read = ["channels:read", "groups:read", "im:read", "mpim:read"];
const history = ["channels:history", "groups:history", "im:history", "mpim:history"];
const search = ["search:read", "search:read.public", "search:read.private"];

const needs: Readonly<Record<string, Needs>> = {
  slack_list_channels: { scopes: [read] },
  slack_get_channel_info: { scopes: [read] },
  slack_list_channel_members: { scopes: [read] },
  slack_get_channel_history: { scopes: [history] },
  slack_get_thread_replies: { scopes: [history] },
  slack_search_messages: { scopes: [search], user: true },
  slack_get_unreads: { scopes: [read, history], user: true },
  slack_get_users: { scopes: [["users:read"]] },
  slack_search_users: { scopes: [["users:read"]] },
  slack_get_user_profile: { scopes: [["users.profile:read"]] },
  slack_list_usergroups: { scopes: [["usergroups:read"]] },
  slack_get_file: { scopes: [["files:read"]] },
  slack_post_message: { scopes: [["chat:write"]] },
  slack_reply_to_thread: { scopes: [["chat:write"]] },
  slack_add_reaction: { scopes: [["reactions:write"]] },
  slack_update_message: { scopes: [["chat:write"]] },
  slack_delete_message: { scopes: [["chat:write"]] },
  slack_schedule_message: { scopes: [["chat:write"]] },
  slack_remove_reaction: { scopes: [["reactions:write"]] },
  slack_upload_file: { scopes: [["files:write"]] },
  slack_open_dm: { scopes: [["im:write", "mpim:write"]] },
  slack_create_canvas: { scopes: [["canvases:write"]] },
};

/** The tools the tokens cannot use, by the kind of token and the scopes Slack says it has. */
export async function findUnusable(
  client: Client,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { bot, user } = client.tokens;
  // Without a token every call says how to give one, which a list without tools would not.
  if (bot === undefined && user === undefined) return new Map();
  const [scopes, userScopes] = await Promise.all([
    client.findScopes(signal, "any"),
    user === undefined ? [] : client.findScopes(signal, "user"),
  ]);
  const unusable = new Map<string, string>();
  for (const [tool, { scopes: wanted, user: byUser }] of Object.entries(needs)) {
    if (byUser && user === undefined) {
      unusable.set(tool, "It needs a user token.");
      continue;
    }
    const held = byUser ? userScopes : scopes;
    const missing = held && wanted.find((some) => !some.some((scope) => held.includes(scope)));
    if (missing) unusable.set(tool, `The token lacks ${missing.join(" or ")}.`);
  }
  return unusable;
}
