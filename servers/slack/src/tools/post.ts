import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import type { Posted } from "../posting.ts";
import { blocks, channel, thread } from "./fields.ts";

const draft = {
  text: z.string().describe("Slack mrkdwn; with blocks, the notification's text."),
  blocks,
  mentions: z.boolean().optional().describe("Notify whom <@U…> names."),
  unfurl: z.boolean().optional().describe("Preview links; allowed domains only."),
  dry_run: z.boolean().optional().describe("Show what would be sent."),
};
const posted = z.object({
  channel: z.string(),
  ts: z.string().optional(),
  text: z.string(),
});

function toOutput({ place, ts, text }: Posted) {
  return { channel: place.id, text, ...(ts !== undefined && { ts }) };
}

function render({ channel, ts, text }: z.output<typeof posted>): string {
  return ts === undefined
    ? `Nothing was sent. To ${channel} would go:\n${text}`
    : `Posted to ${channel}, ts ${ts}.`;
}

const postMessage = defineTool({
  name: "slack_post_message",
  title: "Post message",
  description: "Posts a message to a channel and returns its ts.",
  effect: "write",
  additive: true,
  input: z.object({ channel_id: channel, ...draft }),
  output: posted,
  async run({ channel_id, dry_run: dryRun, ...rest }, { slack, signal }) {
    return toOutput(await slack.posting.post({ channel: channel_id, dryRun, signal, ...rest }));
  },
  render,
});

const replyTo = defineTool({
  name: "slack_reply_to_thread",
  title: "Reply to thread",
  description: "Posts a reply to a thread and returns its ts.",
  effect: "write",
  additive: true,
  input: z.object({ channel_id: channel, thread_ts: thread, ...draft }),
  output: posted,
  async run({ channel_id, thread_ts, dry_run: dryRun, ...rest }, { slack, signal }) {
    const options = { channel: channel_id, thread: thread_ts, dryRun, signal, ...rest };
    return toOutput(await slack.posting.post(options));
  },
  render,
});

const addReaction = defineTool({
  name: "slack_add_reaction",
  title: "Add reaction",
  description: "Adds an emoji to a message; once, however often it is called.",
  effect: "write",
  additive: true,
  idempotent: true,
  input: z.object({
    channel_id: channel,
    timestamp: z.string().describe("The message's ts."),
    reaction: z.string().describe("Emoji name without colons."),
  }),
  output: z.object({ added: z.boolean() }),
  async run({ channel_id, timestamp, reaction }, { slack, signal }) {
    const target = { channel: channel_id, ts: timestamp, emoji: reaction, remove: false, signal };
    return { added: await slack.posting.react(target) };
  },
  render: ({ added }) => (added ? "Added." : "It was there already."),
});

export const post = defineToolset({
  name: "post",
  title: "Post",
  description: "Post messages and react to them.",
  openWorld: true,
  tools: [postMessage, replyTo, addReaction],
});
