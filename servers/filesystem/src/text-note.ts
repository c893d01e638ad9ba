import type { EncodingName } from "./encoding.ts";

/** A whole UTF-8 file needs no note: it is its text and nothing else. */
export function toNote(encoding: EncodingName, rest: string | undefined): string | undefined {
  const read =
    encoding === "utf-8"
      ? undefined
      : encoding === "binary"
        ? "A binary file: bytes that are not text are shown as \ufffd."
        : `Decoded from ${encoding}.`;
  const facts = [read, rest].filter((fact) => fact !== undefined);
  return facts.length === 0 ? undefined : `[${facts.join(" ")}]`;
}
