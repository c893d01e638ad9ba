import { createHash } from "node:crypto";

/** Names that have capitals inside, which begin no word there. */
const names =
  /OAuth|GitHub|GitLab|GraphQL|IPv[46]|iOS|macOS|MySQL|NoSQL|DevOps|YouTube|LinkedIn|PayPal/g;

/** Words of an identifier: `listUserRepos`, `repos/list-for-user` and `HTTPServer` taken apart. */
export function toWords(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(names, (name) => name.charAt(0).toUpperCase() + name.slice(1).toLowerCase())
      // `IDs` are one word.
      .replace(/([A-Z]{2,})s(?![a-z])/g, "$1S")
      .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
      .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
      .split(/[^A-Za-z0-9]+/)
      .filter((word) => word !== "")
      .map((word) => word.toLowerCase())
  );
}

/** A text of one line for a reader of plain text: no markup, no more than `most` characters. */
export function toPlain(text: unknown, most: number): string {
  if (typeof text !== "string") return "";
  const plain = text
    .slice(0, most * 20)
    .replace(/```[\s\S]*?(?:```|$)/g, " ")
    .replace(/<\/?[a-zA-Z][^<>]{0,300}>/g, " ")
    .replace(/!?\[([^[\]]{0,300})\]\([^()]{0,500}\)/g, "$1")
    .replace(/[*_`#|>~]{2,}|`|^#+ |^[-*>] /gm, "")
    .replace(/\p{Cc}|\p{Cf}/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return shorten(plain, most);
}

/** Cut at the end of a sentence if one ends late enough, else at a word. */
function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  const sentence = cut.search(/[.!?](?=\s[^.!?]*$)/);
  if (sentence > most / 3) return cut.slice(0, sentence + 1);
  const word = cut.lastIndexOf(" ");
  return `${(word > most / 2 ? cut.slice(0, word) : cut).toWellFormed()}…`;
}

/** `petId` as a person says it: `Pet id.` */
export function toSpoken(name: string): string {
  const words = toWords(name).join(" ");
  return words === "" ? "A value." : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

export function toHash(text: string, length = 6): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** A name an argument may have everywhere: what other characters there are becomes `_`. */
export function toArgumentName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9_.-]+/g, "_")
    .replace(/^[_.-]+|[_.-]+$/g, "")
    .slice(0, 60);
  return plain === "" || plain === "__proto__" ? `argument_${toHash(name)}` : plain;
}
