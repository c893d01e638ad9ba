import type { Encoding } from "./encoding.ts";

const doubt =
  " If the text looks wrong, read it again with its encoding, such as gbk, shift_jis or windows-1251.";

/** A whole UTF-8 file needs no note: it is its text and nothing else. */
export function toNote({ name, doubtful }: Encoding, rest: string | undefined): string | undefined {
  const read =
    name === "utf-8"
      ? undefined
      : name === "binary"
        ? "A binary file: bytes that are not text are shown as \ufffd."
        : `Decoded from ${name}.${doubtful === true ? doubt : ""}`;
  const facts = [read, rest].filter((fact) => fact !== undefined);
  return facts.length === 0 ? undefined : `[${facts.join(" ")}]`;
}
