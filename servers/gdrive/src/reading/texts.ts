import { cleanPlainText, cleanText } from "@fairlead/guard";

const plain =
  /^(?:text\/.*|application\/(?:json|xml|javascript|ecmascript|x-javascript|yaml|x-yaml|toml|x-sh|sql|x-httpd-php|x-ndjson)|.*\+(?:json|xml))$/;

/** Whether files of a type are text as they are. */
export function isText(mimeType: string): boolean {
  return plain.test(mimeType.split(";", 1)[0]?.trim() ?? "");
}

/** What Google exports as text, which is UTF-8, as a person sees it. */
export function toShown(bytes: Uint8Array, mimeType: string): string {
  const text = new TextDecoder().decode(bytes);
  return mimeType === "text/markdown" ? toReadable(text) : toPlain(text);
}

/** Text that is not Markdown as a person sees it. */
export function toPlain(text: string): string {
  return cleanPlainText(text).replace(/\r\n/g, "\n");
}

/** A document in Markdown as a person sees it; pictures that stand in it as data are left out. */
function toReadable(text: string): string {
  const withoutImages = text
    .replace(/^\[[^\]\n]{1,50}\]: <data:[^>\n]*>[ \t]*\n?/gm, "")
    .replace(/\(data:[^)\s]*\)/g, "(image)");
  return cleanText(withoutImages).replace(/\r\n/g, "\n");
}
