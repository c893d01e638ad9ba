import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import type { Channel } from "../read/channels.ts";
import { getProfile, listMembers, listUserGroups } from "../read/lookups.ts";
import type { Person } from "../read/people.ts";
import { toMarked } from "../text/reading.ts";
import { after, channel, limit, page, position, toLimit, toNext, unshown } from "./fields.ts";

const channelRow = z.looseObject({ id: z.string(), name: z.string() });
const personRow = z.looseObject({ id: z.string(), name: z.string() });

function toChannelRow({ id, name, kind, member, members, topic, purpose }: Channel) {
  const lines = [topic && `Topic: ${topic}`, purpose && `Purpose: ${purpose}`];
  const about = lines.filter((line) => line !== "").join("\n");
  return {
    ...{ id, name, kind, member },
    ...(members !== undefined && { members }),
    ...(about !== "" && { about: toMarked(about, `#${name}`) }),
  };
}

function toPersonRow({ id, name, realName, title, email, bot, deleted }: Person) {
  return {
    id,
    name,
    real_name: realName,
    ...(title !== "" && { title: toMarked(title, name) }),
    ...(email !== "" && { email }),
    ...((bot || deleted) && { note: deleted ? "deactivated" : "bot" }),
  };
}

function toChannelLine(row: z.output<typeof channelRow>): string {
  const { id, name, kind, member, members = "?", about } = row;
  const facts = `${String(kind)}${member ? ", joined" : ""}, ${String(members)} members`;
  return [`${id} #${name} (${facts})`, about].filter((part) => part).join("\n");
}

function toPersonLine(row: z.output<typeof personRow>): string {
  const { id, name, real_name, title, email, note } = row;
  const known = [id, name, real_name, email, note].filter((part) => part).join(", ");
  return [known, title].filter((part) => part).join("\n");
}

function list(lines: readonly string[]): string {
  return lines.join("\n") || "There are none.";
}

const listChannels = defineTool({
  name: "slack_list_channels",
  title: "List channels",
  description:
    "Lists the channels of the workspace with id, name, topic, purpose and number of members: public ones, or only those this server is limited to.",
  effect: "read",
  input: z.object({
    limit,
    cursor: page,
    include_private: z
      .boolean()
      .optional()
      .describe("true lists private channels too, if the server allows them; by default false."),
  }),
  output: z.object({ channels: cuttable(z.array(channelRow)), next_cursor: cursor(position) }),
  async run({ limit, cursor: from, include_private: includePrivate = false }, { slack, signal }) {
    const options = { limit: toLimit(limit), cursor: from?.at, includePrivate };
    const { channels, next } = await slack.channels.list(options, signal);
    return { channels: unshown(channels, from).map(toChannelRow), ...toNext(next) };
  },
  render: ({ channels }) => list(channels.map(toChannelLine)),
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const channelInfo = defineTool({
  name: "slack_get_channel_info",
  title: "Channel",
  description:
    "Shows one channel: its name, kind (public, private or dm), topic, purpose and number of members.",
  effect: "read",
  input: z.object({ channel_id: channel }),
  output: channelRow,
  async run({ channel_id }, { slack, signal }) {
    const { id } = await slack.channels.forReading(channel_id, signal);
    return toChannelRow(await slack.channels.get(id, signal));
  },
  render: toChannelLine,
});

const members = defineTool({
  name: "slack_list_channel_members",
  title: "Channel members",
  description: "Lists who is in a channel: the id and name of each member.",
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
  render: ({ members }) => list(members.map(({ id, name }) => `${id} ${name}`.trim())),
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const getUsers = defineTool({
  name: "slack_get_users",
  title: "List users",
  description:
    "Lists everybody in the workspace with id, name, title and email. To find one person, slack_search_users is quicker.",
  effect: "read",
  input: z.object({ cursor: page, limit }),
  output: z.object({ users: cuttable(z.array(personRow)), next_cursor: cursor(position) }),
  async run({ limit, cursor: from }, { slack, signal }) {
    const options = { limit: toLimit(limit), cursor: from?.at };
    const { people, next } = await slack.people.page(options, signal);
    return { users: unshown(people, from).map(toPersonRow), ...toNext(next) };
  },
  render: ({ users }) => list(users.map(toPersonLine)),
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const searchUsers = defineTool({
  name: "slack_search_users",
  title: "Search users",
  description:
    "Finds a person by name, title or email address and returns the user id, for example to mention or message them. Where complete is false, call again to search further.",
  effect: "read",
  input: z.object({
    query: z
      .string()
      .describe("Part of a name, handle or title, such as ada; or a whole email address."),
  }),
  output: z.object({ users: cuttable(z.array(personRow)), complete: z.boolean() }),
  async run({ query }, { slack, signal }) {
    const { people, complete } = await slack.people.search(query, signal);
    return { users: people.slice(0, 50).map(toPersonRow), complete };
  },
  render: ({ users, complete }) =>
    [
      list(users.map(toPersonLine)),
      ...(complete ? [] : ["[Not everybody was looked at yet: call again to look further.]"]),
    ].join("\n"),
});

const profile = defineTool({
  name: "slack_get_user_profile",
  title: "User profile",
  description:
    "Shows the profile of a person: name, title, email address, phone, status and the workspace's own fields.",
  effect: "read",
  input: z.object({
    user_id: z.string().describe("User id such as U0123456789, or name such as @ada."),
  }),
  output: z.object({ user_id: z.string(), profile: z.string() }),
  async run({ user_id }, { slack, signal }) {
    const { id, fields } = await getProfile(slack, user_id, signal);
    const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}`);
    return { user_id: id, profile: toMarked(lines.join("\n"), `profile of ${id}`) };
  },
  render: ({ user_id, profile }) => `${user_id}\n${profile}`,
});

const userGroups = defineTool({
  name: "slack_list_usergroups",
  title: "List user groups",
  description:
    "Lists the user groups: people who are mentioned together by a handle such as @developers, with the number of members.",
  effect: "read",
  input: z.object({}),
  output: z.object({
    usergroups: cuttable(z.array(z.looseObject({ id: z.string(), handle: z.string() }))),
  }),
  async run(_, { slack, signal }) {
    const groups = await listUserGroups(slack, signal);
    const usergroups = groups.map(({ description, ...group }) => ({
      ...group,
      ...(description !== "" && { description: toMarked(description, `@${group.handle}`) }),
    }));
    return { usergroups };
  },
  render: ({ usergroups }) =>
    list(
      usergroups.map(({ id, handle, name, description, members }) => {
        const line = `${id} @${handle} ${String(name)} (${String(members)} members)`;
        return [line, description].filter((part) => part).join("\n");
      }),
    ),
});

export const directory = defineToolset({
  name: "directory",
  title: "Directory",
  description: "Find channels, people and user groups.",
  openWorld: true,
  tools: [listChannels, channelInfo, members, getUsers, searchUsers, profile, userGroups],
});
