import type { Excerpt } from "@fairlead/guard";
import type { FileFacts } from "./files.ts";

/** Who shared a file, and when. */
export function toOrigin({ user, created }: FileFacts): string {
  return `Shared by ${user || "somebody"} on ${created}.`;
}

/** What is known of a file besides its content, and how to read the rest of a text. */
export function toNote(facts: FileFacts, offset: number, part?: Excerpt): string {
  const { id, type, size, link: url } = facts;
  const about = `${id}, ${type}, ${size.toLocaleString("en-US")} bytes. ${toOrigin(facts)} ${url}`;
  const { next, total = 0 } = part ?? {};
  if (next !== undefined) {
    const range = `Characters ${offset} to ${next} of ${total}`;
    return `[${about.trim()}]\n[${range}. More: call again with offset ${next}.]`;
  }
  const past = part !== undefined && offset > total;
  return `[${about.trim()}]${past ? `\n[The text has only ${total} characters.]` : ""}`;
}
