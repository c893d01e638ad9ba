import { cursor, cuttable, defineToolset, image, link, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { toNote, toOrigin } from "../post/file-notes.ts";
import { getPermalink } from "../read/lookups.ts";
import { type Conversation, toText } from "../read/messages.ts";
import { searchMessages } from "../read/search.ts";
import { findUnreads } from "../read/unreads.ts";
import {
  after,
  channel,
  page,
  position,
  rows,
  thread,
  toLimit,
  toNext,
  ts,
  unshown,
} from "./fields.ts";

const span = {
  oldest: z
    .string()
    .optional()
    .describe("Only messages after this ts or date, such as 2026-11-21 or 2026-11-21T08:00:00Z."),
  latest: z.string().optional().describe("Only messages before this ts or date."),
  cursor: page,
};
const conversation = z.object({
  channel: z.string(),
  messages: rows,
  next_cursor: cursor(position),
});

function toOutput({ place, rows, next }: Conversation) {
  return {
    channel: place.id,
    messages: rows,
    ...(next && { next_cursor: next }),
  };
}

function render({ channel, messages }: z.output<typeof conversation>): string {
  if (messages.length === 0) return `There are no messages in ${channel}.`;
  return `Messages of ${channel}:\n${toText(messages)}`;
}

const history = defineTool({
  name: "slack_get_channel_history",
  title: "Channel history",
  description:
    "Reads what people said in a channel, such as #general today: its recent messages, newest first. A message is cut at 1,000 characters; slack_get_thread_replies shows all of it, and its replies.",
  effect: "read",
  input: z.object({
    channel_id: channel,
    limit: z.number().default(10).describe("Messages of a page: 1 to 200, by default 10."),
    ...span,
  }),
  output: conversation,
  async run({ channel_id, limit, cursor: from, ...rest }, { slack, signal }) {
    const options = { channel: channel_id, limit: toLimit(limit), from, signal, ...rest };
    return toOutput(await slack.messages.read(options));
  },
  render,
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const replies = defineTool({
  name: "slack_get_thread_replies",
  title: "Thread replies",
  description:
    "Reads a thread: the message that starts it and all replies, oldest first. Messages come whole; a very long one comes in several parts.",
  effect: "read",
  input: z.object({ channel_id: channel, thread_ts: thread, ...span }),
  output: conversation,
  async run({ channel_id, thread_ts, cursor: from, ...rest }, { slack, budget, signal }) {
    const place = { channel: channel_id, thread: thread_ts };
    // A third of an answer, since quotes and line ends take twice the room in JSON.
    const size = { limit: 100, perRow: Math.floor(budget / 3) };
    return toOutput(await slack.messages.read({ ...place, ...size, from, signal, ...rest }));
  },
  render,
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const place = z.object({ page: z.int(), skip: z.int() });

const search = defineTool({
  name: "slack_search_messages",
  title: "Search messages",
  description:
    "Finds messages about something by the words in them, in all channels or one, newest first, each with its channel and link. A message is cut at 1,000 characters.",
  effect: "read",
  input: z.object({
    query: z
      .string()
      .describe("Words to find, such as outage. Slack's filters work too: has:link, -without."),
    in_channel: z.string().optional().describe("Only messages of this channel: its id or #name."),
    from_user: z.string().optional().describe("Only messages of this person: user id or @name."),
    after: z.string().optional().describe("Only messages after this day, such as 2026-11-21."),
    before: z.string().optional().describe("Only messages before this day, such as 2026-11-21."),
    cursor: cursor(place).describe(
      "next_cursor of the answer before, for more results. Without it the newest come.",
    ),
  }),
  output: z.object({ messages: rows, next_cursor: cursor(place) }),
  async run({ in_channel, from_user, cursor: from, ...rest }, { slack, budget, room, signal }) {
    const filters = { inChannel: in_channel, fromUser: from_user };
    const size = { limit: 20, budget, openRoom: () => room(1_000) };
    const options = { ...rest, ...filters, ...size, from, signal };
    const { found, next } = await searchMessages(slack, options);
    return { messages: found, ...(next && { next_cursor: next }) };
  },
  render: ({ messages }) => toText(messages) || "No message that may be read matches.",
});

const permalink = defineTool({
  name: "slack_get_permalink",
  title: "Link to message",
  description: "Returns the URL of a message, for a link that opens it in Slack.",
  effect: "read",
  input: z.object({ channel_id: channel, message_ts: ts }),
  output: z.object({ permalink: z.string() }),
  async run({ channel_id, message_ts }, { slack, signal }) {
    const target = { channel: channel_id, ts: message_ts };
    return { permalink: await getPermalink(slack, target, signal) };
  },
  render: ({ permalink }) => permalink,
});

const unreads = defineTool({
  name: "slack_get_unreads",
  title: "Unread messages",
  description:
    "Lists the user's channels that have unread messages: how many, and the ts of the last message read. Each call looks at ten channels; next_cursor leads to the rest.",
  effect: "read",
  input: z.object({ cursor: page }),
  output: z.object({
    channels: cuttable(z.array(z.looseObject({ id: z.string(), unread: z.int() }))),
    next_cursor: cursor(position),
  }),
  async run({ cursor: from }, { slack, signal }) {
    const { client, channels, teamId } = slack;
    const options = { limit: 10, cursor: from?.at, teamId, signal };
    const { unread, next } = await findUnreads(client, channels, options);
    const rows = unread.map((row) => ({ ...row }));
    return { channels: unshown(rows, from), ...toNext(next) };
  },
  render: ({ channels }) =>
    channels
      .map(({ id, name, unread, more, last_read }) => {
        return `${id} #${String(name)}: ${unread}${more ? "+" : ""} since ${String(last_read)}`;
      })
      .join("\n") || "Nothing is unread here.",
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const getFile = defineTool({
  name: "slack_get_file",
  title: "File",
  description:
    "Shows a file that was shared in Slack: text as text and a picture as a picture, up to 2 MB. Any other file comes as a link to open in a browser. Type, size, author and date are named too.",
  effect: "read",
  input: z.object({
    file_id: z.string().describe("File id such as F0123456789, as messages with files show it."),
    offset: z
      .int()
      .min(0)
      .default(0)
      .describe("Characters of a text to skip, by default 0: a long text is read in parts."),
  }),
  output: z.void(),
  async run({ file_id, offset }, { slack, room, signal }) {
    const options = { offset, room: room(1_000), signal };
    const { facts, text: part, picture } = await slack.files.get(file_id, options);
    if (part !== undefined) return reply(text(part.marked), text(toNote(facts, offset, part)));
    if (picture !== undefined) {
      return reply(text(toNote(facts, offset)), image(picture.data, picture.type));
    }
    const { name, type: mimeType, size, link: uri } = facts;
    const target = { uri, name, mimeType, size, description: toOrigin(facts) };
    return uri === "" ? reply(text(`${name} ${toNote(facts, offset)}`)) : reply(link(target));
  },
});

export const messages = defineToolset({
  name: "messages",
  title: "Messages",
  description: "Read channels, threads and files, and search for messages.",
  openWorld: true,
  tools: [history, replies, search, permalink, unreads, getFile],
});
