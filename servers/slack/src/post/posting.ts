import type { Client } from "../api/client.ts";
import { toEmojiName, toTs } from "../api/ids.ts";
import { joint, type Links } from "../api/links.ts";
import { present, SlackError } from "../errors.ts";
import type { Channels, Place } from "../read/channels.ts";
import { assertLength, type Block, collectText, toBlocks, toMarkup } from "../text/compose.ts";

/** What is to be posted, as a caller gives it. */
export interface Draft {
  readonly text?: string | undefined;
  readonly blocks?: readonly unknown[] | undefined;
  /** Let people and groups that are mentioned be notified. */
  readonly mentions?: boolean | undefined;
  /** Show previews of the links; every one of them must lead to a listed domain. */
  readonly unfurl?: boolean | undefined;
}

/** A post as Slack gets it. */
interface Content {
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly unfurl: boolean;
}

export interface PostOptions extends Draft {
  readonly channel: string;
  readonly thread?: string | undefined;
  /** Say what would be sent, and send nothing. */
  readonly dryRun?: boolean | undefined;
  readonly signal: AbortSignal;
}

export interface Posted {
  readonly place: Place;
  /** Undefined where nothing was sent. */
  readonly ts: string | undefined;
  readonly text: string;
  readonly unfurl: boolean;
}

export interface Target {
  readonly channel: string;
  readonly ts: string;
  readonly signal: AbortSignal;
}

/** Never anything but what the text itself says: no words become links or mentions. */
const plain = { parse: "none", link_names: false } as const;

export interface PostingOptions {
  readonly client: Client;
  readonly channels: Channels;
  readonly links: Links;
  readonly allowBroadcasts: boolean;
}

/** Errors of Slack that say nothing of a thread: the token may write, and not read. */
const unread = ["missing_scope", "not_in_channel", "not_allowed_token_type", "no_permission"];

/** Writes to channels: every text goes out through here. */
export class Posting {
  readonly #client: Client;
  readonly #channels: Channels;
  readonly #links: Links;
  readonly #broadcasts: boolean;

  constructor({ client, channels, links, allowBroadcasts }: PostingOptions) {
    this.#client = client;
    this.#channels = channels;
    this.#links = links;
    this.#broadcasts = allowBroadcasts;
  }

  /** Posts a message to a channel or a thread. */
  async post(options: PostOptions): Promise<Posted> {
    const { signal, dryRun = false } = options;
    const place = await this.#channels.forWriting(options.channel, signal);
    const { unfurl, ...content } = this.compose(options);
    const thread = await this.findThread(place, options.thread, signal);
    if (dryRun) return { place, ts: undefined, text: content.text, unfurl };
    const { ts } = await this.#client.ask(signal, (api) =>
      api.chat.postMessage({
        channel: place.id,
        ...toMessage(content),
        ...plain,
        unfurl_links: unfurl,
        unfurl_media: unfurl,
        ...toReply(thread),
      }),
    );
    return { place, ts: present(ts), text: content.text, unfurl };
  }

  /** Schedules a message; `at` is in Unix seconds. */
  async schedule({ at, ...options }: PostOptions & { readonly at: number }) {
    const { signal } = options;
    const place = await this.#channels.forWriting(options.channel, signal);
    const { unfurl, ...content } = this.compose(options);
    const thread = await this.findThread(place, options.thread, signal);
    const { scheduled_message_id, post_at } = await this.#client.ask(signal, (api) =>
      api.chat.scheduleMessage({
        channel: place.id,
        ...toMessage(content),
        ...plain,
        post_at: at,
        unfurl_links: unfurl,
        unfurl_media: unfurl,
        ...toReply(thread),
      }),
    );
    return { place, id: present(scheduled_message_id), at: post_at ?? at };
  }

  /**
   * The thread a message belongs to, by the ts of any message in it: where there is none Slack would
   * post to the whole channel. Throws SlackError.
   */
  async findThread(
    { id: channel }: Place,
    given: string | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (given === undefined) return undefined;
    const ts = toTs(given);
    try {
      const { messages = [] } = await this.#client.ask(signal, (api) =>
        api.conversations.replies({ channel, ts, limit: 1 }),
      );
      const [found] = messages;
      if (found !== undefined) return found.thread_ts ?? ts;
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      if (unread.includes(error.code ?? "")) return ts;
      if (error.code !== "thread_not_found") throw error;
    }
    throw new SlackError(
      `There is no message ${ts} in ${channel} to reply to, so nothing was sent.`,
      "slack_get_channel_history shows the messages and their ts.",
      "thread_not_found",
    );
  }

  /** Changes a message of the app's own. */
  async update({ channel, ts, signal, ...draft }: Target & Draft): Promise<Posted> {
    const place = await this.#channels.forWriting(channel, signal);
    const at = toTs(ts);
    const { unfurl, ...content } = this.compose(draft, "unflagged");
    await this.#client.ask(signal, (api) =>
      api.chat.update({ channel: place.id, ts: at, ...toMessage(content), ...plain }),
    );
    return { place, ts: at, text: content.text, unfurl };
  }

  /** Deletes a message of the app's own. */
  async delete({ channel, ts, signal }: Target): Promise<Place> {
    const place = await this.#channels.forWriting(channel, signal);
    const at = toTs(ts);
    await this.#client.ask(signal, (api) => api.chat.delete({ channel: place.id, ts: at }));
    return place;
  }

  /** Adds or removes a reaction; false where it was so already. */
  async react(
    target: Target & { readonly emoji: string; readonly remove: boolean },
  ): Promise<boolean> {
    const { signal, remove } = target;
    const { id: channel } = await this.#channels.forWriting(target.channel, signal);
    const reaction = { channel, timestamp: toTs(target.ts), name: toEmojiName(target.emoji) };
    try {
      await this.#client.ask(signal, (api) =>
        remove ? api.reactions.remove(reaction) : api.reactions.add(reaction),
      );
      return true;
    } catch (error) {
      const done = remove ? "no_reaction" : "already_reacted";
      if (error instanceof SlackError && error.code === done) return false;
      throw error;
    }
  }

  /**
   * What a draft becomes: quiet, escaped, and with no link where none may be. Methods of Slack that
   * cannot be told not to unfurl (`unflagged`) take links to listed domains only.
   */
  compose(draft: Draft, method: "flagged" | "unflagged" = "flagged"): Content {
    const { text = "", blocks, mentions = false, unfurl = false } = draft;
    if (text.trim() === "" && (blocks === undefined || blocks.length === 0)) {
      throw new SlackError("There is nothing to send.", "Give a text or blocks.");
    }
    assertLength(text);
    const all = `${text}${joint}${collectText(blocks)}`;
    this.#links.check(all);
    if (unfurl) this.#links.assertListed(all, "should show previews of");
    if (method === "unflagged") {
      this.#links.assertListed(all, "could show previews, which cannot be switched off here, of");
    }
    const options = { mentions, broadcasts: this.#broadcasts };
    return {
      text: toMarkup(text, options),
      ...(blocks !== undefined && { blocks: toBlocks(blocks, this.#links, options) }),
      unfurl,
    };
  }
}

interface Text {
  text: string;
}

interface Blocks extends Text {
  blocks: { type: string }[];
}

/** What the official client takes for the content of a message. */
function toMessage({ text, blocks }: Omit<Content, "unfurl">): Text | Blocks {
  if (blocks === undefined) return { text };
  return { text, blocks: blocks.map((block) => ({ ...block, type: String(block["type"]) })) };
}

/** Where a message goes besides its channel. */
function toReply(thread: string | undefined): { thread_ts: string } | undefined {
  return thread === undefined ? undefined : { thread_ts: thread };
}
