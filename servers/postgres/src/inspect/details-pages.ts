import type { Room } from "@fairlead/guard";
import type { ColumnDetail, Details } from "./details.ts";
import { shorten } from "./shortening.ts";

/** How much of an object was shown: columns and other lines, and characters of its definition. */
export interface Shown {
  readonly items: number;
  readonly characters: number;
}

const lists = ["constraints", "indexes", "properties"] as const;
const longestComment = 2_000;

/** The part of the details from a place on that fits into an answer, and where the next one begins. */
export function cutDetails(
  { columns = [], definition = "", comment, ...details }: Details,
  from: Shown,
  room: Room,
): { readonly part: Details; readonly next: Shown | undefined } {
  const { schema, name, type } = details;
  const isFirst = from.items + from.characters === 0;
  const longest = Math.min(longestComment, Math.floor(room.characters / 4));
  const said = isFirst && comment ? { comment: shorten(comment, longest) } : {};
  const head = { schema, name, type, ...said };
  room.take(JSON.stringify(head));
  // Each in its turn: what did not fit is the beginning of the next page.
  let [items, full, passed] = [from.items, false, 0];
  const take = <T>(list: readonly T[], toShorter: Shorten<T>): readonly T[] => {
    const rest = list.slice(Math.max(items - passed, 0));
    const isNew = !full && items === from.items;
    const misfit = rest.findIndex((item) => full || !takeItem(item, room));
    full ||= misfit >= 0;
    const fitting = rest.slice(0, misfit < 0 ? rest.length : misfit);
    // Larger than a whole page: left to the next one, it would be left out of that as well.
    const cut = isNew && misfit === 0 ? takeShorter(rest[0], toShorter, room) : [];
    const shown = [...fitting, ...cut];
    passed += list.length;
    items += shown.length;
    return shown;
  };
  const shownColumns = take(columns, shortenColumn);
  const shownLists = lists.map((key) => [key, take(details[key] ?? [], shorten)] as const);
  const text = full ? "" : cutText(definition.slice(from.characters), room);
  const characters = from.characters + text.length;
  const part = {
    ...head,
    ...(shownColumns.length > 0 && { columns: shownColumns }),
    ...Object.fromEntries(shownLists.filter(([, lines]) => lines.length > 0)),
    ...(text !== "" && { definition: text }),
  };
  const isWhole = !full && characters >= definition.length;
  return { part, next: isWhole ? undefined : { items, characters } };
}

/** The same with texts of no more than so many characters. */
type Shorten<T> = (item: T, longest: number) => T;

function takeItem(item: unknown, room: Room): boolean {
  return room.take(`${JSON.stringify(item)}\n`);
}

/** As much of an item as there is room for; none where there is room for nothing. */
function takeShorter<T>(item: T | undefined, toShorter: Shorten<T>, room: Room): readonly T[] {
  if (item === undefined) return [];
  for (let longest = room.characters; longest > 0; longest = Math.floor(longest * 0.8)) {
    const shorter = toShorter(item, longest);
    if (takeItem(shorter, room)) return [shorter];
  }
  return [];
}

function cutText(text: string, room: Room): string {
  const pieces = text.match(/[^\n]{1,500}\n?|\n/gu) ?? [];
  const end = pieces.findIndex((piece) => !room.take(JSON.stringify(piece) + toLineEnd(piece)));
  return pieces.slice(0, end < 0 ? pieces.length : end).join("");
}

function toLineEnd(piece: string): string {
  return piece.endsWith("\n") ? "\n" : "";
}

/** Names stay whole, and the server keeps them short. */
function shortenColumn(column: ColumnDetail, longest: number): ColumnDetail {
  const { default: value, generated, comment } = column;
  return {
    ...column,
    ...(value !== undefined && { default: shorten(value, longest) }),
    ...(generated !== undefined && { generated: shorten(generated, longest) }),
    ...(comment !== undefined && { comment: shorten(comment, longest) }),
  };
}

/** A table's or a view's columns and rules, short and in the words of SQL. */
export function toText(details: Details): string {
  const { schema, name, type, columns = [], constraints = [], indexes = [] } = details;
  return [
    `${type} ${schema}.${name}${details.comment === undefined ? "" : ` -- ${details.comment}`}`,
    ...columns.map(toColumnText),
    ...constraints.map((line) => `  constraint ${line}`),
    ...indexes.map((line) => `  ${line}`),
    ...(details.properties ?? []).map((line) => `  ${line}`),
    ...(details.definition === undefined ? [] : [details.definition]),
  ].join("\n");
}

function toColumnText(column: ColumnDetail): string {
  const { name, type, nullable, collation, identity, generated, comment } = column;
  return [
    `  ${name} ${type}`,
    collation === undefined ? "" : ` collate ${collation}`,
    nullable ? "" : " not null",
    column.default === undefined ? "" : ` default ${column.default}`,
    identity === undefined ? "" : ` generated ${identity} as identity`,
    generated === undefined ? "" : ` generated always as ${generated}`,
    comment === undefined ? "" : ` -- ${comment}`,
  ].join("");
}
