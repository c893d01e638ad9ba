import { type Room, revealName } from "@fairlead/guard";
import { collectPages } from "@fairlead/upstream";
import type { Client } from "../api/client.ts";
import { isChannelId, isUserId, toDay } from "../api/ids.ts";
import { present } from "../errors.ts";
import type { Channels, RawChannel } from "./channels.ts";
import { countFitting, type Messages, type RawMessage, type Row } from "./messages.ts";

const perPage = 50;

export interface SearchOptions {
  readonly query: string;
  readonly inChannel?: string | undefined;
  readonly fromUser?: string | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
  readonly from?: SearchPosition | undefined;
  /** Characters the answer may hold. */
  readonly budget: number;
  /** Opens the room of an answer. */
  openRoom(): Room;
  readonly signal: AbortSignal;
}

/** A page of Slack's and how many of its messages were shown. */
export interface SearchPosition {
  readonly page: number;
  readonly skip: number;
}

export type Found = Row & {
  readonly channel: string;
  readonly link: string;
};

interface Match extends RawMessage {
  readonly channel?: RawChannel;
  readonly permalink?: string;
}

/** A match and where in Slack's list it stands. */
interface Placed {
  readonly match: Match;
  readonly position: SearchPosition;
}

/**
 * Searches messages as the person of the user token, and shows those in channels that may be read:
 * what a query says about channels is a wish, what comes back is checked.
 */
export async function searchMessages(
  { client, channels, messages }: SearchParts,
  options: SearchOptions,
): Promise<{ found: Found[]; next: SearchPosition | undefined }> {
  const { signal, limit, budget, from = { page: 1, skip: 0 } } = options;
  const query = await toQuery(options, channels);
  const { items, next } = await collectPages<Placed, SearchPosition>({
    start: from,
    budget,
    maxItems: limit,
    maxPages: 3,
    async fetchPage({ page, skip }) {
      const { messages: result } = await client.ask(
        signal,
        (api) => api.search.messages({ query, count: perPage, page, sort: "timestamp" }),
        "user",
      );
      const { matches, paging } = present(result);
      const all: readonly Match[] = present(matches);
      const items = all
        .map((match, index) => ({ match, position: { page, skip: index + 1 } }))
        .slice(skip)
        .filter(({ match }) => channels.admits(match.channel ?? {}));
      const more = page < (paging?.pages ?? 1);
      return { items, next: more ? { page: page + 1, skip: 0 } : undefined };
    },
  });
  const shown = items.slice(0, limit);
  const rows = await messages.toRows(
    shown.map(({ match }) => match),
    { signal },
  );
  const all = rows.map((row, index) => toFound(row, shown[index]?.match));
  const found = all.slice(0, Math.max(countFitting(all, options.openRoom), 1));
  const last = shown[found.length - 1];
  return { found, next: found.length < items.length ? last?.position : next };
}

export interface SearchParts {
  readonly client: Client;
  readonly channels: Channels;
  readonly messages: Messages;
}

function toFound(row: Row, match: Match | undefined): Found {
  const { id = "", name: raw = "" } = match?.channel ?? {};
  const name = revealName(raw);
  return { ...row, channel: name === "" ? id : `${id} #${name}`, link: match?.permalink ?? "" };
}

/** The query with its filters in Slack's own words. */
async function toQuery(options: SearchOptions, channels: Channels): Promise<string> {
  const { query, inChannel, fromUser, after, before, signal } = options;
  const place = inChannel === undefined ? undefined : await channels.forReading(inChannel, signal);
  return [
    query.trim(),
    ...(place === undefined ? [] : [`in:<#${place.id}>`]),
    ...(fromUser === undefined ? [] : [`from:${toAuthor(fromUser)}`]),
    ...(after === undefined ? [] : [`after:${toDay(after)}`]),
    ...(before === undefined ? [] : [`before:${toDay(before)}`]),
  ].join(" ");
}

function toAuthor(text: string): string {
  const bare = text.trim().replace(/^@/, "");
  return isUserId(bare) && !isChannelId(bare) ? `<@${bare}>` : `@${bare.replace(/\s+/g, "")}`;
}
