import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import type { Channel } from "../channels.ts";
import { defineTool } from "../context.ts";
import { getProfile, listMembers, listUserGroups } from "../lookups.ts";
import type { Person } from "../people.ts";
import { toMarked } from "../reading.ts";
import { after, channel, limit, page, position, toLimit, toNext, unshown } from "./fields.ts";

const channelRow = z.looseObject({ id: z.string(), name: z.string() });
const personRow = z.looseObject({ id: z.string(), name: z.string() });

function toChannelRow({ id, name, kind, member, members, topic, purpose }: Channel) {
  const row = { id, name, kind, member, topic, purpose };
  return members === undefined ? row : { ...row, members };
}

function toPersonRow({ id, name, realName, title, email, bot, deleted }: Person) {
  return {
    id,
    name,
    real_name: realName,
    ...(title !== "" && { title }),
    ...(email !== "" && { email }),
    ...((bot || deleted) && { note: deleted ? "deactivated" : "bot" }),
  };
}

function toChannelLine(row: z.output<typeof channelRow>): string {
  const { id, name, kind, member, members = "?", topic, purpose } = row;
  const about = [topic, purpose].filter((part) => part !== "").join(" | ");
  const facts = `${String(kind)}${member ? ", joined" : ""}, ${String(members)} members`;
  return `${id} #${name} (${facts}) ${about}`.trim();
}

function toPersonLine(row: z.output<typeof personRow>): string {
  const { id, name, real_name, title, email, note } = row;
  return [id, name, real_name, title, email, note].filter((part) => part).join(", ");
}

function list(lines: readonly string[], source: string): string {
  return lines.length === 0 ? "There are none." : toMarked(lines, source);
}

const listChannels = defineTool({
  name: "slack_list_channels",
  title: "List channels",
  description: "Lists public channels, or those this server is fenced to.",
  effect: "read",
  input: z.object({
    limit,
    cursor: page,
    include_private: z.boolean().optional().describe("Private ones too, where allowed."),
  }),
  output: z.object({ channels: cuttable(z.array(channelRow)), next_cursor: cursor(position) }),
  async run({ limit, cursor: from, include_private: includePrivate = false }, { slack, signal }) {
    const options = { limit: toLimit(limit), cursor: from?.at, includePrivate };
    const { channels, next } = await slack.channels.list(options, signal);
    return { channels: unshown(channels, from).map(toChannelRow), ...toNext(next) };
  },
  render: ({ channels }) => list(channels.map(toChannelLine), "channels"),
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const channelInfo = defineTool({
  name: "slack_get_channel_info",
  title: "Channel",
  description: "Returns one channel's name, kind, topic, purpose and number of members.",
  effect: "read",
  input: z.object({ channel_id: channel }),
  output: channelRow,
  async run({ channel_id }, { slack, signal }) {
    const { id } = await slack.channels.forReading(channel_id, signal);
    return toChannelRow(await slack.channels.get(id, signal));
  },
  render: (row) => list([toChannelLine(row)], "channel"),
});

const members = defineTool({
  name: "slack_list_channel_members",
  title: "Channel members",
  description: "Lists the people in a channel.",
  effect: "read",
  input: z.object({ channel_id: channel, limit, cursor: page }),
  output: z.object({
    members: cuttable(z.array(z.object({ id: z.string(), name: z.string() }))),
    next_cursor: cursor(position),
  }),
  async run({ channel_id, limit, cursor: from }, { slack, signal }) {
    const options = { channel: channel_id, limit: toLimit(limit), cursor: from?.at };
    const { members, next } = await listMembers(slack, options, signal);
    return { members: unshown(members, from), ...toNext(next) };
  },
  render: ({ members }) =>
    list(
      members.map(({ id, name }) => `${id} ${name}`),
      "members",
    ),
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const getUsers = defineTool({
  name: "slack_get_users",
  title: "List users",
  description: "Lists everybody in the workspace. To find somebody use slack_search_users.",
  effect: "read",
  input: z.object({ cursor: page, limit }),
  output: z.object({ users: cuttable(z.array(personRow)), next_cursor: cursor(position) }),
  async run({ limit, cursor: from }, { slack, signal }) {
    const options = { limit: toLimit(limit), cursor: from?.at };
    const { people, next } = await slack.people.page(options, signal);
    return { users: unshown(people, from).map(toPersonRow), ...toNext(next) };
  },
  render: ({ users }) => list(users.map(toPersonLine), "users"),
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const searchUsers = defineTool({
  name: "slack_search_users",
  title: "Search users",
  description: "Finds people by a part of their name, title or e-mail address.",
  effect: "read",
  input: z.object({ query: z.string().describe("Words, or a whole e-mail address.") }),
  output: z.object({ users: cuttable(z.array(personRow)), complete: z.boolean() }),
  async run({ query }, { slack, signal }) {
    const { people, complete } = await slack.people.search(query, signal);
    return { users: people.slice(0, 50).map(toPersonRow), complete };
  },
  render: ({ users, complete }) =>
    [
      list(users.map(toPersonLine), "users"),
      ...(complete ? [] : ["[Not everybody was looked at yet: call again to look further.]"]),
    ].join("\n"),
});

const profile = defineTool({
  name: "slack_get_user_profile",
  title: "User profile",
  description: "Returns a person's profile: names, title, e-mail, status and own fields.",
  effect: "read",
  input: z.object({ user_id: z.string().describe("User id or @name.") }),
  output: z.record(z.string(), z.string()),
  run: ({ user_id }, { slack, signal }) => getProfile(slack, user_id, signal),
  render: (profile) =>
    list(
      Object.entries(profile).map(([key, value]) => `${key}: ${value}`),
      "profile",
    ),
});

const userGroups = defineTool({
  name: "slack_list_usergroups",
  title: "List user groups",
  description: "Lists the groups of people that can be mentioned together.",
  effect: "read",
  input: z.object({}),
  output: z.object({
    usergroups: cuttable(z.array(z.looseObject({ id: z.string(), handle: z.string() }))),
  }),
  async run(_, { slack, signal }) {
    return { usergroups: await listUserGroups(slack, signal) };
  },
  render: ({ usergroups }) =>
    list(
      usergroups.map(({ id, handle, name, description, members }) => {
        return `${id} @${handle} ${String(name)} (${String(members)}) ${String(description)}`.trim();
      }),
      "user groups",
    ),
});

export const directory = defineToolset({
  name: "directory",
  title: "Directory",
  description: "Find channels and people.",
  openWorld: true,
  tools: [listChannels, channelInfo, members, getUsers, searchUsers, profile, userGroups],
});
