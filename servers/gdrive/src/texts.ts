import { cleanText } from "@fairlead/runtime/guard";

const plain =
  /^(?:text\/.*|application\/(?:json|xml|javascript|ecmascript|x-javascript|yaml|x-yaml|toml|x-sh|sql|x-httpd-php|x-ndjson)|.*\+(?:json|xml))$/;

/** Whether files of a type are text as they are. */
export function isText(mimeType: string): boolean {
  return plain.test(mimeType.split(";", 1)[0]?.trim() ?? "");
}

/** Bytes as text, by their byte order mark and else as UTF-8. */
export function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? "utf-16le"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** A document as a person sees it; pictures that stand in it as data are left out. */
export function toReadable(text: string): string {
  const withoutImages = text
    .replace(/^\[[^\]\n]{1,50}\]: <data:[^>\n]*>[ \t]*\n?/gm, "")
    .replace(/\(data:[^)\s]*\)/g, "(image)");
  return cleanText(withoutImages).replace(/\r\n/g, "\n");
}
