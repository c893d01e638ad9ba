import { cleanPlainText, markUntrusted } from "@fairlead/guard";
import { toDate } from "./markup.ts";

/** Names by id, for mentions in texts: of people, groups and channels. */
export type Names = ReadonlyMap<string, string>;

const maxMentions = 200;

/** What somebody wrote, marked as data. */
export function toMarked(text: string, author: string): string {
  return markUntrusted(text, `Slack: ${author}`, cleanPlainText);
}

/** The users a text mentions, and the groups. */
export function findMentions(text: string): string[] {
  const found = [...text.matchAll(/<(?:@([UW][A-Z0-9]+)|!subteam\^(S[A-Z0-9]+))(?:\|[^>]*)?>/g)];
  return found.slice(0, maxMentions).flatMap(([, user, group]) => user ?? group ?? []);
}

/** Slack's markup as a person reads it, without what nobody sees. */
export function toPlain(text: string, names: Names): string {
  const plain = text.replace(/<([^<>]*)>/g, (whole, inner: string) => toShown(whole, inner, names));
  return cleanPlainText(toUnescaped(plain));
}

function toShown(whole: string, inner: string, names: Names): string {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : inner.slice(bar + 1);
  if (target.startsWith("@")) return toMention(target.slice(1), label, names);
  if (target.startsWith("#")) return `#${label || names.get(target.slice(1)) || target.slice(1)}`;
  if (target.startsWith("!subteam^")) return label || toGroup(target.slice(9), names);
  if (target.startsWith("!date^")) return toDateShown(target, label);
  if (/^!(?:channel|here|everyone|group)$/.test(target)) return `@${target.slice(1)}`;
  if (!/^[a-z][a-z+.-]*:/i.test(target)) return whole;
  // A label may say anything, also the address of somebody else.
  return label === undefined || label === target ? target : `${label} (${target})`;
}

/** Somebody's name with the id by which a message would mention them. */
function toMention(id: string, label: string | undefined, names: Names): string {
  const name = label ?? names.get(id);
  return name === undefined ? `@${id}` : `@${name} (${id})`;
}

function toGroup(id: string, names: Names): string {
  const handle = names.get(id);
  return handle === undefined ? `@${id}` : `@${handle} (${id})`;
}

/** A date is shown by its time and format; its label is for programs that do not know dates. */
function toDateShown(target: string, label = ""): string {
  const [, seconds = "", format = "", url] = target.split("^");
  const shown = toDate(Number(seconds || Number.NaN), format) || label;
  return url ? `${shown} (${url})` : shown;
}

/** Slack escapes these three and no others. */
function toUnescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
