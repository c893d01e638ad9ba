import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import type { Posted } from "../post/posting.ts";
import { blocks, channel, emoji, mentions, thread, ts } from "./fields.ts";

const draft = {
  text: z
    .string()
    .describe("The message in Slack's mrkdwn: *bold*, _italic_, <https://example.com|label>."),
  blocks,
  mentions,
  unfurl: z
    .boolean()
    .optional()
    .describe("true shows link previews, if the server allows every domain; by default false."),
  dry_run: z
    .boolean()
    .optional()
    .describe("true sends nothing and shows what would be sent; by default false."),
};
/** `ts` of what was posted, `text` of what would be. */
const posted = z.object({
  channel: z.string(),
  ts: z.string().optional(),
  text: z.string().optional(),
});

function toOutput({ place, ts, text }: Posted) {
  return ts === undefined ? { channel: place.id, text } : { channel: place.id, ts };
}

function render({ channel, ts = "", text }: z.output<typeof posted>): string {
  return text === undefined
    ? `Posted to ${channel}, ts ${ts}.`
    : `Nothing was sent. To ${channel} would go:\n${text}`;
}

const postMessage = defineTool({
  name: "slack_post_message",
  title: "Post message",
  description:
    "Sends a message to a channel, or to a person by the id of the direct message, and returns its ts. It notifies nobody and previews no links unless asked to.",
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
  description:
    "Replies in a thread: posts a message under the one that starts it, and returns the ts of the reply.",
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
  description:
    "Reacts to a message with an emoji, such as a thumbs up. A reaction that is there already stays as it is.",
  effect: "write",
  additive: true,
  idempotent: true,
  input: z.object({
    channel_id: channel,
    timestamp: ts,
    reaction: emoji,
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
  description: "Post messages and replies, and react with emoji.",
  openWorld: true,
  tools: [postMessage, replyTo, addReaction],
});
