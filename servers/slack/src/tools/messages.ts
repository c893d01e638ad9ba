import { cursor, cuttable, defineToolset, image, reply, text } from "@fairlead/runtime";
import { markUntrusted } from "@fairlead/runtime/guard";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { getPermalink } from "../lookups.ts";
import { type Conversation, type Row, toText } from "../messages.ts";
import { searchMessages } from "../search.ts";
import { findUnreads } from "../unreads.ts";
import {
  after,
  channel,
  page,
  position,
  rows,
  thread,
  toNext,
  ts,
  unshown,
  users,
} from "./fields.ts";

const span = {
  limit: z.number().min(1).max(200).default(10).describe("Messages per page."),
  oldest: z.string().optional().describe("Only after this ts or date."),
  latest: z.string().optional().describe("Only before it."),
  full_text: z.boolean().default(false).describe("Do not cut long messages."),
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
    messages: [...rows],
    users: { ...users },
    ...(next && { next_cursor: next }),
  };
}

function render(output: z.output<typeof conversation>): string {
  return show(output.messages, output.users, output.channel);
}

function show(
  rows: readonly Row[],
  names: Readonly<Record<string, string>>,
  where: string,
): string {
  if (rows.length === 0) return "There are no messages.";
  return markUntrusted(toText(rows, names), `Slack ${where}`);
}

const history = defineTool({
  name: "slack_get_channel_history",
  title: "Channel history",
  description: "Returns the recent messages of a channel, newest first.",
  effect: "read",
  input: z.object({ channel_id: channel, ...span }),
  output: conversation,
  async run({ channel_id, full_text: whole, cursor: from, ...rest }, { slack, signal }) {
    const options = { channel: channel_id, whole, from, signal, ...rest };
    return toOutput(await slack.messages.read(options));
  },
  render,
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const replies = defineTool({
  name: "slack_get_thread_replies",
  title: "Thread replies",
  description: "Returns a thread: its first message and the replies, oldest first.",
  effect: "read",
  input: z.object({
    channel_id: channel,
    thread_ts: thread,
    ...span,
    limit: z.number().min(1).max(200).default(50).describe("Messages per page."),
  }),
  output: conversation,
  async run({ channel_id, thread_ts, full_text: whole, cursor: from, ...rest }, call) {
    const { slack, signal } = call;
    const options = { channel: channel_id, thread: thread_ts, whole, from, signal, ...rest };
    return toOutput(await slack.messages.read(options));
  },
  render,
  resume: ({ cursor: from }, kept) => after(from, kept),
});

const place = z.object({ page: z.int(), skip: z.int() });

const search = defineTool({
  name: "slack_search_messages",
  title: "Search messages",
  description: "Finds messages by words, newest first. Slack's own filters work in the query too.",
  effect: "read",
  input: z.object({
    query: z.string().min(1).describe("Words, or filters such as has:link."),
    in_channel: z.string().optional().describe("Channel id or #name."),
    from_user: z.string().optional().describe("User id or @name."),
    after: z.iso.date().optional().describe("Only after this day."),
    before: z.iso.date().optional().describe("Only before it."),
    limit: z.number().min(1).max(50).default(20).describe("Messages per page."),
    cursor: cursor(place).describe("next_cursor."),
  }),
  output: z.object({
    messages: cuttable(
      z.array(
        z.object({
          ts: z.string(),
          channel: z.string(),
          user: z.string(),
          text: z.string(),
          link: z.string(),
        }),
      ),
    ),
    users,
    next_cursor: cursor(place),
  }),
  async run({ in_channel, from_user, cursor: from, ...rest }, { slack, budget, signal }) {
    const filters = { inChannel: in_channel, fromUser: from_user };
    const options = { ...rest, ...filters, from, budget, signal };
    const { found, users, next } = await searchMessages(slack, options);
    const messages = found.map(({ ts, channel, user, text, link }) => {
      return { ts, channel, user, text, link };
    });
    return { messages, users: { ...users }, ...(next && { next_cursor: next }) };
  },
  render: ({ messages, users }) =>
    messages.length === 0
      ? "No message that may be read matches."
      : markUntrusted(
          messages.map((row) => `${row.channel} ${toText([row], users)}\n  ${row.link}`).join("\n"),
          "Slack search",
        ),
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
  input: z.object({
    limit: z.number().min(1).max(30).default(10).describe("Channels looked into."),
    cursor: page,
  }),
  output: z.object({
    channels: cuttable(
      z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          unread: z.int(),
          more: z.boolean(),
          last_read: z.string(),
        }),
      ),
    ),
    next_cursor: cursor(position),
  }),
  async run({ limit, cursor: from }, { slack, signal }) {
    const { client, channels, teamId } = slack;
    const options = { limit, cursor: from?.at, teamId, signal };
    const { unread, next } = await findUnreads(client, channels, options);
    return { channels: unshown(unread, from), ...toNext(next) };
  },
  render: ({ channels }) =>
    channels
      .map(({ id, name, unread, more, last_read }) => {
        return `${id} #${name}: ${unread}${more ? "+" : ""} since ${last_read}`;
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
  output: z.object({ name: z.string(), type: z.string(), size: z.int(), link: z.string() }),
  async run({ file_id }, { slack, signal }) {
    const { facts, text: body, picture } = await slack.files.get(file_id, signal);
    const { name, type, size, link } = facts;
    const about = `${facts.id} ${name}, ${type}, ${size} bytes, by ${facts.user} on ${facts.created}\n${link}`;
    return reply(
      { name, type, size, link },
      text(about),
      ...(body === undefined ? [] : [text(markUntrusted(body, `Slack file ${name}`))]),
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
