import type { Room } from "@fairlead/guard";
import type { Repository } from "../access/repository.ts";
import type { Ask } from "../api/api.ts";
import { fitPage, type Next, type PageQuery } from "../api/pages.ts";
import type { SayOptions } from "./said.ts";
import { Share } from "./shares.ts";

/** Which parts of an issue or pull request are wanted besides itself. */
export interface PartsQuery<P> extends PageQuery {
  readonly include?: readonly P[] | undefined;
  /** Characters of its text to skip, as an answer before this one said. */
  readonly body_offset?: number | undefined;
  /** What the answer may take. */
  readonly room: Room;
}

/** What the name of a part and the notes below it take. */
const frame = `${" ".repeat(200)}${"\n".repeat(5)}`;

/** The share of a part, without what its name and notes take; `parts` are those that still come. */
export function openShare(room: Room, parts = 1): Share {
  const share = new Share(room, parts);
  share.take(frame);
  return share;
}

/** What a part is read with. */
export type PartQuery = PageQuery & { readonly share: Share };

/** A part as text, and what of it is elsewhere. */
export interface Part extends Next {
  readonly text: string;
  readonly hidden?: number | undefined;
}

/** How an issue or pull request and each of its parts is read. */
export interface Whole<P extends string, S> {
  read(): Promise<S>;
  format(subject: S, options: Omit<SayOptions, "source">): string;
  readonly parts: Readonly<Record<P, PartReader<S>>>;
}

export interface PartReader<S> {
  /** The request the part begins with, where that waits for nothing. */
  readonly ask?: (query: PageQuery) => Ask;
  /** The same where it waits for the issue or pull request alone. */
  readonly askOf?: (subject: S, query: PageQuery) => Ask;
  read(subject: S, query: PartQuery): Promise<Part>;
}

/** Something with the parts that were asked for, as text. What waits for nothing is asked at once. */
export async function readWhole<P extends string, S>(
  repository: Repository,
  whole: Whole<P, S>,
  { include = [], room, body_offset: offset, ...query }: PartsQuery<P>,
): Promise<string> {
  const asks = [...new Set(include)].flatMap((name) => whole.parts[name].ask?.(query) ?? []);
  repository.askAhead(asks);
  const subject = await whole.read();
  repository.askAhead(include.flatMap((name) => whole.parts[name].askOf?.(subject, query) ?? []));
  const texts = [whole.format(subject, { share: openShare(room, include.length + 1), offset })];
  for (const [at, name] of include.entries()) {
    const asked = { ...query, share: openShare(room, include.length - at) };
    texts.push(formatPart(name, await whole.parts[name].read(subject, asked), query.page));
  }
  return texts.join("\n\n");
}

/** A part that is a list: the rows of a page, or of a smaller one where these do not fit. */
export async function readRows(
  { share, ...query }: PartQuery,
  list: (query: PageQuery) => Promise<Part>,
): Promise<Part> {
  const part = await fitPage(query, ({ text }) => share.fits(text), list);
  return share.take(part.text) ? part : { text: "[No room left: ask for this part alone.]" };
}

/** A part under its name, with what it does not show in words. */
export function formatPart(
  name: string,
  { text, hidden, next_page: next, per_page: size }: Part,
  page = 1,
): string {
  return [
    `${name}:`,
    text || (page > 1 ? `None on page ${page}.` : "None."),
    ...(hidden === undefined ? [] : [`[${hidden} kept back by --lockdown.]`]),
    ...(next === undefined ? [] : [`[More ${name}: page ${next} with ${size} rows a page.]`]),
  ].join("\n");
}
