import { BoundedMap, cleanPlainText, revealName } from "@fairlead/guard";
import type { Client } from "../api/client.ts";
import { isChannelId } from "../api/ids.ts";
import { present, SlackError } from "../errors.ts";

/** Milliseconds what is known of a channel holds. */
const freshMs = 5 * 60_000;
/** Pages of a thousand looked through for a name. */
const maxPages = 5;
const pageSize = 999;
const maxKnown = 5_000;

/** A channel in the few facts that matter. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: "public" | "private" | "dm";
  readonly member: boolean;
  readonly archived: boolean;
  readonly members: number | undefined;
  readonly topic: string;
  readonly purpose: string;
}

/** A channel as Slack describes it, in the parts used here. */
export interface RawChannel {
  readonly id?: string;
  readonly name?: string;
  readonly user?: string;
  readonly is_private?: boolean;
  readonly is_group?: boolean;
  readonly is_im?: boolean;
  readonly is_mpim?: boolean;
  readonly is_member?: boolean;
  readonly is_archived?: boolean;
  readonly num_members?: number;
  readonly topic?: { readonly value?: string };
  readonly purpose?: { readonly value?: string };
}

/** Where a call may read or write: the id Slack takes, and the name people know it by. */
export interface Place {
  readonly id: string;
  readonly name: string | undefined;
}

export interface ChannelsOptions {
  /** The only channels there are, by id; none for all. */
  readonly allowed: readonly string[];
  readonly allowPrivate: boolean;
  readonly teamId: string | undefined;
}

/**
 * Decides about every channel: no request names one that this has not let through, and no answer
 * shows what lies in another. The fence is one of ids, so that no renaming moves it.
 */
export class Channels {
  readonly allowed: readonly string[];
  readonly allowPrivate: boolean;
  readonly #client: Client;
  readonly #teamId: string | undefined;
  readonly #known = new BoundedMap<string, { readonly channel: Channel; readonly at: number }>(
    maxKnown,
  );
  #listedAt = Number.NEGATIVE_INFINITY;

  /** Throws SlackError for an allowed id that is none. */
  constructor(client: Client, { allowed, allowPrivate, teamId }: ChannelsOptions) {
    this.#client = client;
    this.allowed = allowed.map((id) => id.trim()).filter((id) => id !== "");
    this.allowPrivate = allowPrivate;
    this.#teamId = teamId;
    const wrong = this.allowed.find((id) => !isChannelId(id));
    if (wrong === undefined) return;
    throw new SlackError(
      `SLACK_CHANNEL_IDS names ${JSON.stringify(wrong)}, which is not a channel id.`,
      "Name channels by id, such as C0123456789, since a name can pass to another channel.",
    );
  }

  /** The channel of an id or a name, for reading what was said in it. */
  async forReading(given: string, signal: AbortSignal): Promise<Place> {
    const place = await this.#toPlace(given, signal);
    if (this.allowPrivate || this.allowed.includes(place.id)) return place;
    if (place.id.startsWith("D")) throw closed(given);
    const channel = await this.get(place.id, signal);
    if (channel.kind !== "public") throw closed(given);
    return { id: channel.id, name: channel.name };
  }

  /** The channel of an id or a name, for writing to it. */
  forWriting(given: string, signal: AbortSignal): Promise<Place> {
    return this.#toPlace(given, signal);
  }

  /** Whether what lies in a channel may be shown, by what an answer says of the channel. */
  admits(raw: RawChannel): boolean {
    const { id = "" } = raw;
    if (this.allowed.length > 0) return this.allowed.includes(id);
    return this.allowPrivate || (isChannelId(id) && toKind(raw) === "public");
  }

  /** Whether one of the channels something was shared in may be read. */
  async admitsOneOf(ids: readonly string[], signal: AbortSignal): Promise<boolean> {
    for (const id of ids.slice(0, 20)) {
      if (this.allowed.length > 0 && !this.allowed.includes(id)) continue;
      try {
        await this.forReading(id, signal);
        return true;
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
      }
    }
    return false;
  }

  /** What is known of one channel; asked for where that is nothing, or long ago. */
  async get(id: string, signal: AbortSignal): Promise<Channel> {
    this.#assertAllowed(id, id);
    const known = this.#known.get(id);
    if (known !== undefined && performance.now() - known.at < freshMs) return known.channel;
    const { channel } = await this.#client.ask(signal, (api) =>
      api.conversations.info({ channel: id, include_num_members: true }),
    );
    return this.remember(present(channel));
  }

  /** One page of the channels; those that are allowed, where only some are. */
  async list(
    { limit, cursor, includePrivate }: ListOptions,
    signal: AbortSignal,
  ): Promise<{ channels: Channel[]; next: string | undefined }> {
    if (includePrivate && !this.allowPrivate) throw closed("Private channels");
    if (this.allowed.length > 0)
      return { channels: await this.#listAllowed(signal), next: undefined };
    const { channels, response_metadata } = await this.#client.ask(signal, (api) =>
      api.conversations.list({
        types: includePrivate ? "public_channel,private_channel" : "public_channel",
        exclude_archived: true,
        limit,
        ...(cursor !== undefined && { cursor }),
        ...(this.#teamId !== undefined && { team_id: this.#teamId }),
      }),
    );
    return {
      channels: present(channels).map((raw) => this.remember(raw)),
      next: response_metadata?.next_cursor || undefined,
    };
  }

  /** Channels whose name begins so, among those already known or on the first page. */
  async complete(prefix: string, signal: AbortSignal): Promise<readonly string[]> {
    const wanted = toName(prefix);
    if (this.#known.size === 0) await this.list({ limit: 200, includePrivate: false }, signal);
    const names = [...this.#known.values()].map(({ channel }) => channel.name);
    return names.filter((name) => name.startsWith(wanted)).sort();
  }

  /** The name of a channel, if it is known already. */
  nameOf(id: string): string | undefined {
    return this.#known.get(id)?.channel.name;
  }

  /** The names of all channels that are known already, by id. */
  names(): ReadonlyMap<string, string> {
    return new Map([...this.#known].map(([id, { channel }]) => [id, channel.name]));
  }

  remember(raw: RawChannel): Channel {
    const channel = toChannel(raw);
    this.#known.set(channel.id, { channel, at: performance.now() });
    return channel;
  }

  async #toPlace(given: string, signal: AbortSignal): Promise<Place> {
    const text = given.trim().replace(/^<#([^|>]+)(?:\|[^>]*)?>$/, "$1");
    if (isChannelId(text)) {
      this.#assertAllowed(text, given);
      return { id: text, name: this.nameOf(text) };
    }
    return this.#findByName(toName(text), signal);
  }

  async #findByName(name: string, signal: AbortSignal): Promise<Place> {
    const find = () =>
      [...this.#known.values()].find(
        ({ channel }) => channel.name === name && this.admits(toRaw(channel)),
      );
    const stale = performance.now() - this.#listedAt > freshMs;
    let found = stale ? undefined : find();
    if (found === undefined && name !== "") {
      await this.#listAll(signal, () => find() !== undefined);
      found = find();
    }
    if (found !== undefined) return { id: found.channel.id, name };
    throw new SlackError(
      `There is no channel ${JSON.stringify(name)} among those this server may use.`,
      this.allowed.length > 0
        ? `There are: ${this.allowed.map((id) => this.#label(id)).join(", ")}.`
        : "slack_list_channels shows the channels; a private one is found by its id.",
    );
  }

  /** Looks through the list until `found`, and no further than its bound. */
  async #listAll(signal: AbortSignal, found: () => boolean): Promise<void> {
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const options = { limit: pageSize, cursor, includePrivate: this.allowPrivate };
      const { next } = await this.list(options, signal);
      if (next === undefined) {
        this.#listedAt = performance.now();
        return;
      }
      if (found()) return;
      cursor = next;
    }
  }

  async #listAllowed(signal: AbortSignal): Promise<Channel[]> {
    const channels = await Promise.all(this.allowed.map((id) => this.get(id, signal)));
    this.#listedAt = performance.now();
    return channels.filter(({ archived }) => !archived);
  }

  #assertAllowed(id: string, given: string): void {
    if (this.allowed.length === 0 || this.allowed.includes(id)) return;
    throw new SlackError(
      `The channel ${JSON.stringify(given)} is not one this server may use.`,
      `There are: ${this.allowed.map((allowed) => this.#label(allowed)).join(", ")}.`,
    );
  }

  #label(id: string): string {
    const name = this.nameOf(id);
    return name === undefined ? id : `${id} (#${name})`;
  }
}

export interface ListOptions {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly includePrivate: boolean;
}

function toKind({ is_im, is_mpim, is_private, is_group, id = "" }: RawChannel): Channel["kind"] {
  if (is_im || is_mpim || id.startsWith("D")) return "dm";
  // What does not say that it is public is not taken for it.
  return is_private === false && is_group !== true ? "public" : "private";
}

function toChannel(raw: RawChannel): Channel {
  return {
    id: present(raw.id),
    name: revealName(raw.name ?? raw.user ?? ""),
    kind: toKind(raw),
    member: raw.is_member === true,
    archived: raw.is_archived === true,
    members: raw.num_members,
    topic: toLine(raw.topic?.value),
    purpose: toLine(raw.purpose?.value),
  };
}

function toRaw({ id, kind }: Channel): RawChannel {
  return { id, is_private: kind !== "public", is_im: kind === "dm" };
}

function toLine(text = ""): string {
  return cleanPlainText(text).replace(/\s+/g, " ").slice(0, 250);
}

function toName(text: string): string {
  return text.trim().replace(/^#/, "").toLowerCase();
}

function closed(what: string): SlackError {
  return new SlackError(
    `${what} is private: this server reads public channels only.`,
    "The person who runs it can name the channel in SLACK_CHANNEL_IDS, or open private ones with --allow-private.",
  );
}
