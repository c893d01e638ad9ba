import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { toTime } from "../api/ids.ts";
import { defineTool } from "../context.ts";
import { createCanvas, openDirectMessage } from "../read/lookups.ts";
import { blocks, channel, emoji, mentions, ts } from "./fields.ts";

const text = z
  .string()
  .describe("The text in Slack's mrkdwn: *bold*, _italic_, <https://example.com|label>.");
const thread = z
  .string()
  .optional()
  .describe("ts of the message whose thread it goes to; without it, it goes to the channel.");

const update = defineTool({
  name: "slack_update_message",
  title: "Update message",
  description: "Edits a message that this app posted: the new text takes the place of the old one.",
  effect: "write",
  idempotent: true,
  input: z.object({ channel_id: channel, ts, text, blocks, mentions }),
  output: z.object({ channel: z.string(), ts: z.string() }),
  async run({ channel_id, ...rest }, { slack, signal }) {
    const { place, ts = rest.ts } = await slack.posting.update({
      channel: channel_id,
      signal,
      ...rest,
    });
    return { channel: place.id, ts };
  },
  render: ({ channel, ts }) => `Changed ${ts} in ${channel}.`,
});

const remove = defineTool({
  name: "slack_delete_message",
  title: "Delete message",
  description: "Deletes a message that this app posted. It cannot be brought back.",
  effect: "destroy",
  idempotent: true,
  input: z.object({ channel_id: channel, ts }),
  output: z.object({ channel: z.string(), ts: z.string() }),
  async run({ channel_id, ts }, { slack, signal }) {
    const { id } = await slack.posting.delete({ channel: channel_id, ts, signal });
    return { channel: id, ts };
  },
  render: ({ channel, ts }) => `Deleted ${ts} in ${channel}.`,
});

const removeReaction = defineTool({
  name: "slack_remove_reaction",
  title: "Remove reaction",
  description: "Takes back an emoji reaction that this app added to a message.",
  effect: "write",
  idempotent: true,
  input: z.object({
    channel_id: channel,
    timestamp: ts,
    reaction: emoji,
  }),
  output: z.object({ removed: z.boolean() }),
  async run({ channel_id, timestamp, reaction }, { slack, signal }) {
    const target = { channel: channel_id, ts: timestamp, emoji: reaction, remove: true, signal };
    return { removed: await slack.posting.react(target) };
  },
  render: ({ removed }) => (removed ? "Removed." : "It was not there."),
});

const upload = defineTool({
  name: "slack_upload_file",
  title: "Upload file",
  description:
    "Uploads a file to a channel: text from the call itself, or a local file from a directory the server allows.",
  effect: "write",
  additive: true,
  task: "optional",
  input: z.object({
    channel_id: channel,
    content: z.string().optional().describe("Text to upload as a file. Give this or path."),
    path: z
      .string()
      .optional()
      .describe("Local file to upload, in a directory the server allows. Give this or content."),
    filename: z
      .string()
      .optional()
      .describe("Name of the file in Slack, such as report.csv; by default the local one's."),
    title: z.string().optional().describe("Title shown above the file; by default its name."),
    comment: z.string().optional().describe("Message that is posted together with the file."),
    thread_ts: thread,
  }),
  output: z.object({ file_id: z.string(), name: z.string(), channel: z.string() }),
  async run({ channel_id, thread_ts: thread, ...rest }, { slack, signal }) {
    const options = { channel: channel_id, thread, signal, ...rest };
    const { id, name, channel } = await slack.files.upload(options);
    return { file_id: id, name, channel };
  },
  render: ({ file_id, name, channel }) => `Uploaded ${name} to ${channel} as ${file_id}.`,
});

const schedule = defineTool({
  name: "slack_schedule_message",
  title: "Schedule message",
  description:
    "Schedules a message: Slack posts it later, at a time at most 120 days ahead. Returns the id of the scheduled message.",
  effect: "write",
  additive: true,
  input: z.object({
    channel_id: channel,
    text,
    post_at: z
      .string()
      .describe("When to post it: a time such as 2026-11-21T08:00:00+01:00, or Unix seconds."),
    thread_ts: thread,
    blocks,
    mentions,
  }),
  output: z.object({ channel: z.string(), scheduled_message_id: z.string(), post_at: z.string() }),
  async run({ channel_id, post_at, thread_ts: thread, ...rest }, { slack, signal }) {
    const at = Math.floor(Number(toTime(post_at)));
    const options = { channel: channel_id, thread, at, signal, ...rest };
    const scheduled = await slack.posting.schedule(options);
    return {
      channel: scheduled.place.id,
      scheduled_message_id: scheduled.id,
      post_at: new Date(scheduled.at * 1_000).toISOString(),
    };
  },
  render: ({ channel, scheduled_message_id, post_at }) =>
    `Goes to ${channel} on ${post_at}, as ${scheduled_message_id}.`,
});

const openDm = defineTool({
  name: "slack_open_dm",
  title: "Open direct message",
  description:
    "Opens a direct message (DM) with a colleague, or with up to eight people, and returns its channel id. slack_post_message sends the message there.",
  effect: "write",
  additive: true,
  idempotent: true,
  input: z.object({
    users: z
      .array(z.string())
      .min(1)
      .max(8)
      .describe('User ids of one to eight people, such as ["U0123456789"].'),
  }),
  output: z.object({ channel: z.string() }),
  async run({ users }, { slack, signal }) {
    return { channel: await openDirectMessage(slack, users, signal) };
  },
  render: ({ channel }) => channel,
});

const canvas = defineTool({
  name: "slack_create_canvas",
  title: "Create canvas",
  description:
    "Creates a canvas, which is a document in Slack, from Markdown: in a channel, or on its own. Returns its id.",
  effect: "write",
  additive: true,
  input: z.object({
    title: z.string().min(1).describe("Title of the canvas, such as Launch plan."),
    markdown: z.string().describe("Content of the canvas in Markdown."),
    channel_id: channel.optional().describe("Channel it belongs to: id or #name. None by default."),
  }),
  output: z.object({ canvas_id: z.string() }),
  async run({ title, markdown, channel_id: channel }, { slack, signal }) {
    const options = { title, markdown, channel };
    return { canvas_id: await createCanvas(slack, slack.links, options, signal) };
  },
  render: ({ canvas_id }) => canvas_id,
});

export const write = defineToolset({
  name: "write",
  title: "Write",
  description: "Edit and delete messages, upload files, schedule messages, open direct messages.",
  optional: true,
  openWorld: true,
  tools: [update, remove, removeReaction, upload, schedule, openDm, canvas],
});
