import type { Room } from "@fairlead/runtime/guard";
import type { ColumnDetail, Details } from "./details.ts";

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
  const head = { schema, name, type, ...(isFirst && comment && { comment: shorten(comment) }) };
  room.take(JSON.stringify(head));
  // Each in its turn: what did not fit is the beginning of the next page.
  let [items, full, passed] = [from.items, false, 0];
  const take = <T>(list: readonly T[]): readonly T[] => {
    const rest = list.slice(Math.max(items - passed, 0));
    const misfit = rest.findIndex((item) => full || !room.take(`${JSON.stringify(item)}\n`));
    full ||= misfit >= 0;
    const shown = misfit < 0 ? rest : rest.slice(0, misfit);
    passed += list.length;
    items += shown.length;
    return shown;
  };
  const shownColumns = take(columns);
  const shownLists = lists.map((key) => [key, take(details[key] ?? [])] as const);
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

function cutText(text: string, room: Room): string {
  const pieces = text.match(/[^\n]{1,500}\n?|\n/gu) ?? [];
  const end = pieces.findIndex((piece) => !room.take(JSON.stringify(piece) + toLineEnd(piece)));
  return pieces.slice(0, end < 0 ? pieces.length : end).join("");
}

function toLineEnd(piece: string): string {
  return piece.endsWith("\n") ? "\n" : "";
}

function shorten(text: string): string {
  if (text.length <= longestComment) return text;
  return `${text.slice(0, longestComment).toWellFormed()}… [${text.length} characters]`;
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
