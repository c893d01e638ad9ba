import { cleanText, markUntrusted } from "@fairlead/runtime/guard";

/** Names by id, for mentions in texts. */
export type Names = Readonly<Record<string, string>>;

const maxMentions = 200;

/** What somebody wrote, marked as data. */
export function toMarked(text: string, author: string): string {
  return markUntrusted(text, `Slack: ${author}`);
}

/** The users a text mentions. */
export function findMentions(text: string): string[] {
  const found = [...text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g)];
  return found.slice(0, maxMentions).flatMap(([, id]) => (id === undefined ? [] : [id]));
}

/** Slack's markup as a person reads it, without what nobody sees. */
export function toPlain(text: string, names: Names): string {
  const plain = text.replace(/<([^<>]*)>/g, (whole, inner: string) => toShown(whole, inner, names));
  return cleanText(toUnescaped(plain));
}

/** The text in blocks, for messages that have no other. */
export function findBlockText(blocks: unknown, depth = 0): string {
  if (depth > 8) return "";
  if (Array.isArray(blocks)) {
    const parts = blocks.map((block: unknown) => findBlockText(block, depth + 1));
    return parts.filter((part) => part !== "").join(depth === 0 ? "\n" : " ");
  }
  if (typeof blocks !== "object" || blocks === null) return "";
  const { text, url, user_id, name, elements, fields, title, alt_text }: Block = blocks;
  if (typeof text === "string") return typeof url === "string" ? `${text} (${url})` : text;
  if (typeof url === "string") return url;
  if (typeof user_id === "string") return `<@${user_id}>`;
  if (typeof name === "string") return `:${name}:`;
  const inner = [title, text, fields, elements].map((part) => findBlockText(part, depth + 1));
  const found = inner.filter((part) => part !== "").join(" ");
  return found === "" && typeof alt_text === "string" ? alt_text : found;
}

interface Block {
  readonly text?: unknown;
  readonly url?: unknown;
  readonly user_id?: unknown;
  readonly name?: unknown;
  readonly elements?: unknown;
  readonly fields?: unknown;
  readonly title?: unknown;
  readonly alt_text?: unknown;
}

function toShown(whole: string, inner: string, names: Names): string {
  const [target = "", label] = inner.split("|", 2);
  if (target.startsWith("@")) return toMention(target.slice(1), label, names);
  if (target.startsWith("#")) return `#${label || target.slice(1)}`;
  if (target.startsWith("!subteam^")) return label ?? `@${target.slice(9)}`;
  if (target.startsWith("!date^")) return label ?? "";
  if (/^!(?:channel|here|everyone|group)$/.test(target)) return `@${target.slice(1)}`;
  if (!/^[a-z][a-z+.-]*:/i.test(target)) return whole;
  // A label may say anything, also the address of somebody else.
  return label === undefined || label === target ? target : `${label} (${target})`;
}

/** Somebody's name with the id by which a message would mention them. */
function toMention(id: string, label: string | undefined, names: Names): string {
  const name = label ?? names[id];
  return name === undefined ? `@${id}` : `@${name} (${id})`;
}

/** Slack escapes these three and no others. */
function toUnescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
