import { cursor, cuttable, defineToolset, image, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { getPermalink } from "../lookups.ts";
import { type Conversation, toText } from "../messages.ts";
import { toMarked } from "../reading.ts";
import { searchMessages } from "../search.ts";
import { findUnreads } from "../unreads.ts";
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
  users,
} from "./fields.ts";

const span = {
  oldest: z.string().optional().describe("After this ts or date."),
  latest: z.string().optional().describe("Before it."),
  cursor: page,
};
const conversation = z.object({
  channel: z.string(),
  messages: rows,
  users,
  next_cursor: cursor(position),
});

function toOutput({ place, rows, users, next }: Conversation) {
  return {
    channel: place.id,
    messages: rows.map((row) => ({ ...row })),
    users: { ...users },
    ...(next && { next_cursor: next }),
  };
}

function render({ channel, messages, users }: z.output<typeof conversation>): string {
  if (messages.length === 0) return "There are no messages.";
  return toMarked([toText(messages, users)], channel);
}

const history = defineTool({
  name: "slack_get_channel_history",
  title: "Channel history",
  description: "Returns a channel's recent messages, newest first, long ones cut.",
  effect: "read",
  input: z.object({
    channel_id: channel,
    limit: z.number().default(10).describe("At most 200."),
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
  description: "Returns a thread: its first message and the replies, oldest first, in full.",
  effect: "read",
  input: z.object({ channel_id: channel, thread_ts: thread, ...span }),
  output: conversation,
  async run({ channel_id, thread_ts, cursor: from, ...rest }, { slack, signal }) {
    const place = { channel: channel_id, thread: thread_ts };
    const options = { ...place, limit: 100, whole: true, from, signal, ...rest };
    return toOutput(await slack.messages.read(options));
  },
  render,
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const place = z.object({ page: z.int(), skip: z.int() });

const search = defineTool({
  name: "slack_search_messages",
  title: "Search messages",
  description: "Finds messages by words, newest first.",
  effect: "read",
  input: z.object({
    query: z.string().describe("Words, or filters such as has:link."),
    in_channel: z.string().optional().describe("Id or #name."),
    from_user: z.string().optional().describe("Id or @name."),
    after: z.string().optional().describe("Day, YYYY-MM-DD."),
    before: z.string().optional().describe("Day."),
    cursor: cursor(place).describe("next_cursor."),
  }),
  output: z.object({
    messages: rows,
    users,
    next_cursor: cursor(place),
  }),
  async run({ in_channel, from_user, cursor: from, ...rest }, { slack, budget, signal }) {
    const filters = { inChannel: in_channel, fromUser: from_user };
    const options = { ...rest, ...filters, from, budget, limit: 20, signal };
    const { found, users, next } = await searchMessages(slack, options);
    const messages = found.map((row) => ({ ...row }));
    return { messages, users: { ...users }, ...(next && { next_cursor: next }) };
  },
  render: ({ messages, users }) =>
    messages.length === 0
      ? "No message that may be read matches."
      : toMarked([toText(messages, users)], "search"),
});

const permalink = defineTool({
  name: "slack_get_permalink",
  title: "Link to message",
  description: "Returns the URL of a message.",
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
  description: "Lists the user's channels with unread messages, and since which ts.",
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
  description: "Returns a file's facts and, for text and pictures up to 2 MB, its content.",
  effect: "read",
  input: z.object({ file_id: z.string().describe("F…, as messages show it.") }),
  output: z.looseObject({ name: z.string(), type: z.string() }),
  async run({ file_id }, { slack, signal }) {
    const { facts, text: body, picture } = await slack.files.get(file_id, signal);
    const { name, type, size, link } = facts;
    const about = `${facts.id} ${name}, ${type}, ${size} bytes, by ${facts.user} on ${facts.created}\n${link}`;
    return reply(
      { name, type, size, link },
      text(about),
      ...(body === undefined ? [] : [text(toMarked([body], `file ${name}`))]),
      ...(picture === undefined ? [] : [image(picture.data, picture.type)]),
    );
  },
});

export const messages = defineToolset({
  name: "messages",
  title: "Messages",
  description: "Read channels, threads and files, and search.",
  openWorld: true,
  tools: [history, replies, search, permalink, unreads, getFile],
});
