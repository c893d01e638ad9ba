import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPathGuard, createRoom, type PathGuard } from "@fairlead/guard";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/tree.ts";
import { readText } from "../read/text-reader.ts";
import { editFile } from "../write/editor.ts";
import { appendContent } from "../write/writer.ts";
import { encodeText } from "./editable-text.ts";

const { signal } = new AbortController();
let top: string;
let guard: PathGuard;

beforeEach(async () => {
  top = await temporaryDirectory();
  guard = await createPathGuard({ directories: [top] });
});

const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();
const bytes = () => readFile(join(top, "file"));

/** Text in each encoding as its own bytes: what is there, and what is written in its place. */
const cases: readonly {
  readonly name: string;
  readonly declared?: string;
  readonly encode: (text: string) => Buffer;
  readonly letters: readonly [string, string];
}[] = [
  { name: "utf-8", encode: (text) => Buffer.from(text), letters: ["ü語👋", "é"] },
  {
    name: "utf-8 with a mark",
    encode: (text) => Buffer.from(`\ufeff${text}`),
    letters: ["ü", "語"],
  },
  {
    name: "utf-16le with a mark",
    encode: (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
    letters: ["語", "👋"],
  },
  {
    name: "utf-16be with a mark",
    encode: (text) => utf16be(`\ufeff${text}`),
    letters: ["語", "👋"],
  },
  { name: "utf-16le", encode: (text) => Buffer.from(text, "utf16le"), letters: ["ü", "語"] },
  { name: "utf-16be", encode: utf16be, letters: ["ü", "語"] },
  { name: "windows-1252", encode: (text) => Buffer.from(text, "latin1"), letters: ["ü", "é"] },
  {
    name: "gbk",
    declared: "gbk",
    encode: byTable({ 你: [0xc4, 0xe3], 好: [0xba, 0xc3] }),
    letters: ["你", "好"],
  },
  {
    name: "shift_jis",
    declared: "shift_jis",
    encode: byTable({ 日: [0x93, 0xfa], ソ: [0x83, 0x5c] }),
    letters: ["日", "ソ"],
  },
  {
    name: "windows-1251",
    declared: "cp1251",
    encode: byTable({ Д: [0xc4], я: [0xff] }),
    letters: ["Д", "я"],
  },
  {
    name: "euc-kr",
    declared: "euc-kr",
    encode: byTable({ 한: [0xc7, 0xd1], 글: [0xb1, 0xdb] }),
    letters: ["한", "글"],
  },
  {
    name: "big5",
    declared: "big5",
    encode: byTable({ 中: [0xa4, 0xa4], 文: [0xa4, 0xe5] }),
    letters: ["中", "文"],
  },
  {
    name: "iso-8859-2",
    declared: "latin2",
    encode: byTable({ ł: [0xb3], ő: [0xf5] }),
    letters: ["ł", "ő"],
  },
];

function byTable(table: Readonly<Record<string, readonly number[]>>) {
  return (text: string) =>
    Buffer.from([...text].flatMap((letter) => table[letter] ?? [letter.charCodeAt(0)]));
}

describe.each(cases)("$name", ({ declared, encode, letters: [old, fresh] }) => {
  const text = `one ${old}\r\ntwo ${old}\r\n`;

  it("is read as what it is", async () => {
    await writeFile(join(top, "file"), encode(text));
    const limits = { room: createRoom(9999), signal };
    expect((await readText(guard, "file", { encoding: declared }, limits)).text).toBe(text);
    const range = { encoding: declared, offset: 2, limit: 1 };
    expect((await readText(guard, "file", range, limits)).text).toBe(`two ${old}\r`);
    const tail = { encoding: declared, tail: 1 };
    expect((await readText(guard, "file", tail, limits)).text).toBe(`two ${old}`);
  });

  it("is edited in place", async () => {
    await writeFile(join(top, "file"), encode(text));
    const edits = [{ oldText: `two ${old}\n`, newText: `two ${fresh}\nthree\n` }];
    await editFile(guard, "file", edits, { encoding: declared, signal });
    expect(await bytes()).toEqual(encode(`one ${old}\r\ntwo ${fresh}\r\nthree\r\n`));
  });

  it("is appended to in its own encoding and line ends", async () => {
    await writeFile(join(top, "file"), encode(text));
    await appendContent(guard, "file", `three ${fresh}\n`, declared);
    expect(await bytes()).toEqual(encode(`${text}three ${fresh}\r\n`));
    await writeFile(join(top, "file"), encode(text.replaceAll("\r\n", "\n")));
    await appendContent(guard, "file", `three ${fresh}\r\n`, declared);
    expect(await bytes()).toEqual(encode(`${text}three ${fresh}\n`.replaceAll("\r\n", "\n")));
  });
});

it.each([
  ["nothing", ""],
  ["no line end", "a"],
  ["as many of the one as of the other", "a\r\nb\n"],
])("a file with %s is appended to as the text is given", async (_, content) => {
  await writeFile(join(top, "file"), content);
  await appendContent(guard, "file", "c\nd\n");
  expect(await readFile(join(top, "file"), "utf8")).toBe(`${content}c\nd\n`);
});

describe("one byte E9 in a UTF-8 file", () => {
  const file = Buffer.concat([
    Buffer.from("Größe Straße caf"),
    Buffer.from([0xe9]),
    Buffer.from(" 語\n"),
  ]);

  it("stays as it is, and an edit that writes ü writes UTF-8", async () => {
    for (const before of [file, Buffer.concat([file, Buffer.from("x".repeat(70_000))])]) {
      await writeFile(join(top, "file"), before);
      await editFile(guard, "file", [{ oldText: "Größe", newText: "Größe, für" }], { signal });
      const expected = before.toString("latin1").replace("e Stra", "e, f\u00c3\u00bcr Stra");
      expect((await bytes()).toString("latin1")).toBe(expected);
    }
  });

  it("what read shows is what edit finds, and the stray byte survives in the new text", async () => {
    await writeFile(join(top, "file"), file);
    const { text } = await readText(guard, "file", {}, { room: createRoom(9999), signal });
    expect(text).toBe("Größe Straße caf\ufffd 語\n");
    const edits = [{ oldText: "caf\ufffd 語", newText: "das caf\ufffd, 文" }];
    const { diff } = await editFile(guard, "file", edits, { signal });
    expect(diff).toContain("+Größe Straße das caf\ufffd, 文");
    const after = (await bytes()).toString("latin1");
    expect(after).toContain("das caf\u00e9, ");
    expect(after).not.toContain("\u00ef\u00bf\u00bd");
  });

  it("cut characters and U+FFFD itself survive as well", async () => {
    const odd = Buffer.concat([
      Buffer.from("ääää \ufffd "),
      Buffer.from([0xe2, 0x82, 0x20, 0xf0, 0x9f, 0x91, 0x20, 0xc3, 0x20, 0xff, 0xfe]),
      Buffer.from(" end"),
    ]);
    await writeFile(join(top, "file"), odd);
    const { text } = await readText(guard, "file", {}, { room: createRoom(9999), signal });
    const edits = [{ oldText: text.slice(0, -3), newText: `${text.slice(0, -3)}the ` }];
    await editFile(guard, "file", edits, { signal });
    const expected = Buffer.concat([odd.subarray(0, -3), Buffer.from("the end")]);
    expect(await bytes()).toEqual(expected);
  });
});

it("every character of a table encoding is written as it is read, and others are refused", () => {
  const encodings = ["windows-1252", "koi8-r", "gbk", "big5", "shift_jis", "euc-kr"];
  for (const name of encodings) {
    const decoder = new TextDecoder(name, { ignoreBOM: true });
    const codes = Array.from({ length: 0x7e * 0xbf }, (_, i) => {
      return [0x81 + Math.floor(i / 0xbf), 0x40 + (i % 0xbf), 10];
    });
    const single = Array.from({ length: 0x100 }, (_, byte) => [byte, 10]);
    const text = decoder.decode(Uint8Array.from([...single, ...codes].flat()));
    const known = [...new Set(text.replaceAll("\ufffd", ""))].join("\n");
    const bytes = encodeText({ text: known, encoding: name, strays: [] });
    expect([name, decoder.decode(bytes) === known]).toEqual([name, true]);
    const encode = (character: string) => () =>
      encodeText({ text: `a${character}`, encoding: name, strays: [] });
    expect(encode("👋")).toThrow('has no "👋"');
  }
});

it("GBK, Shift-JIS and cp1251 text are read if declared, else with a hint, and a wrong name is refused", async () => {
  const limits = () => ({ room: createRoom(9999), signal });
  for (const { name, declared, encode, letters } of cases.filter((one) => one.declared)) {
    const plain = encode(`${letters.join("").repeat(5)}\n`);
    await writeFile(join(top, "file"), plain);
    const guessed = await readText(guard, "file", {}, limits());
    expect(guessed.note, name).toContain("with its encoding, such as gbk");
    const read = await readText(guard, "file", { encoding: declared }, limits());
    expect(read).toMatchObject({
      text: `${letters.join("").repeat(5)}\n`,
      note: `[Decoded from ${name}.]`,
    });
  }
  await expect(readText(guard, "file", { encoding: "klingon" }, limits())).rejects.toThrow(
    'The encoding "klingon" is not known',
  );
  await writeFile(join(top, "file"), Buffer.from([0xff, 0x41, 0x80]));
  const edits = [{ oldText: "A", newText: "B" }];
  await expect(editFile(guard, "file", edits, { encoding: "gbk", signal })).rejects.toThrow(
    "not valid gbk",
  );
});
