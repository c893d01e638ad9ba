import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { toTime } from "../ids.ts";
import { createCanvas, openDirectMessage } from "../lookups.ts";
import { blocks, channel, ts } from "./fields.ts";

const text = z.string().describe("Slack mrkdwn.");
const mentions = z.boolean().optional().describe("Notify whom <@U…> names.");

const update = defineTool({
  name: "slack_update_message",
  title: "Update message",
  description: "Replaces the text of a message this app posted.",
  effect: "write",
  idempotent: true,
  input: z.object({ channel_id: channel, ts, text, blocks, mentions }),
  output: z.object({ channel: z.string(), ts: z.string().optional(), text: z.string() }),
  async run({ channel_id, ...rest }, { slack, signal }) {
    const { place, ts, text } = await slack.posting.update({
      channel: channel_id,
      signal,
      ...rest,
    });
    return { channel: place.id, text, ...(ts !== undefined && { ts }) };
  },
  render: ({ channel, ts = "" }) => `Changed ${ts} in ${channel}.`,
});

const remove = defineTool({
  name: "slack_delete_message",
  title: "Delete message",
  description: "Deletes a message this app posted. It cannot be brought back.",
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
  description: "Takes back an emoji this app added to a message.",
  effect: "write",
  idempotent: true,
  input: z.object({
    channel_id: channel,
    timestamp: z.string().describe("The message's ts."),
    reaction: z.string().describe("Emoji name without colons."),
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
  description: "Uploads text, or a file from the directories open for uploads, to a channel.",
  effect: "write",
  additive: true,
  input: z.object({
    channel_id: channel,
    content: z.string().optional().describe("Text to upload; or give path."),
    path: z.string().optional().describe("File to upload."),
    filename: z.string().optional().describe("Name it gets."),
    title: z.string().optional().describe("Title it gets."),
    comment: z.string().optional().describe("Message beside it."),
    thread_ts: z.string().optional().describe("Thread to post it in."),
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
  description: "Has Slack post a message later, at most 120 days ahead.",
  effect: "write",
  additive: true,
  input: z.object({
    channel_id: channel,
    text,
    post_at: z.string().describe("ISO 8601 time with zone, or Unix seconds."),
    thread_ts: z.string().optional().describe("Thread to post it in."),
    blocks,
    mentions,
  }),
  output: z.object({ channel: z.string(), scheduled_message_id: z.string(), post_at: z.int() }),
  async run({ channel_id, post_at, thread_ts: thread, ...rest }, { slack, signal }) {
    const at = Math.floor(Number(toTime(post_at)));
    const options = { channel: channel_id, thread, at, signal, ...rest };
    const scheduled = await slack.posting.schedule(options);
    return {
      channel: scheduled.place.id,
      scheduled_message_id: scheduled.id,
      post_at: scheduled.at,
    };
  },
  render: ({ channel, scheduled_message_id, post_at }) =>
    `Goes to ${channel} on ${new Date(post_at * 1_000).toISOString()}, as ${scheduled_message_id}.`,
});

const openDm = defineTool({
  name: "slack_open_dm",
  title: "Open direct message",
  description: "Opens the direct message with one to eight people; returns its channel id.",
  effect: "write",
  additive: true,
  idempotent: true,
  input: z.object({
    users: z.array(z.string()).min(1).max(8).describe("User ids."),
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
  description: "Creates a canvas from Markdown, in a channel if one is named; returns its id.",
  effect: "write",
  additive: true,
  input: z.object({
    title: z.string().min(1).describe("Title."),
    markdown: z.string().describe("Content."),
    channel_id: z.string().optional().describe("Channel id or #name."),
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
  description: "Change and delete messages, upload files, schedule, open direct messages.",
  optional: true,
  openWorld: true,
  tools: [update, remove, removeReaction, upload, schedule, openDm, canvas],
});
