import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { spawn } from "@fairlead/runtime/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { startFake, temporaryDirectory, token, types, user, writeSignIn } from "./support/drive.ts";
import { toPdfOf, zip } from "./support/office.ts";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const mebibyte = 1024 * 1024;

const parts = {
  excel: (sheet: string) =>
    zip({
      "xl/workbook.xml": `<sheet name="a" r:id="r"/>`,
      "xl/_rels/workbook.xml.rels": `<Relationship Id="r" Target="s.xml"/>`,
      "xl/sharedStrings.xml": `<sst><si><t>${"x".repeat(10_000)}</t></si></sst>`,
      "xl/s.xml": sheet,
    }),
};

/** Small files of a stranger's that unpack to far more than there is memory for. */
const bombs: Readonly<Record<string, readonly [string, () => Buffer]>> = {
  "a Word file of 500 MB of text": [
    types.word,
    () => zip({ "word/document.xml": "<w:p><w:t>x</w:t></w:p>".repeat(20 * mebibyte) }),
  ],
  "rows that begin at the last column": [
    types.excel,
    () => parts.excel(`<row><c r="XFD1"/></row>`.repeat(100_000)),
  ],
  "rows far apart": [
    types.excel,
    () =>
      parts.excel(Array.from({ length: 200_000 }, (_, n) => `<row r="${n * 1_000}"/>`).join("")),
  ],
  "one long string in every cell": [
    types.excel,
    () => parts.excel(`<row>${`<c t="s"><v>0</v></c>`.repeat(1_000_000)}</row>`),
  ],
  "one stored slide a million times": [
    types.powerpoint,
    () =>
      zip(
        {
          "ppt/presentation.xml": `<p:sldId r:id="r"/>`.repeat(1_000_000),
          "ppt/_rels/presentation.xml.rels": `<Relationship Id="r" Target="s.xml"/>`,
          "ppt/s.xml": `<a:p><a:t>${"x".repeat(100_000)}</a:t></a:p>`,
        },
        { stored: ["ppt/s.xml"] },
      ),
  ],
  "a PDF file whose page is 2 GB of spaces": [
    "application/pdf",
    () => {
      const once = deflateSync(Buffer.alloc(256 * mebibyte, 32), { level: 9 });
      return toPdfOf(deflateSync(once, { level: 9 }), ["FlateDecode", "FlateDecode"], 8);
    },
  ],
};

/** The most memory a process has had so far, in bytes, as the kernel counts it. */
async function readPeak(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
}

// Only Linux counts a process's peak where a test can read it.
describe.runIf(process.platform === "linux")("the built server", () => {
  it.each(Object.entries(bombs))("survives %s, within bounds", async (_, [mimeType, make]) => {
    const fake = await startFake();
    fake.allow(token, user, ["drive.readonly"]);
    const path = join(await temporaryDirectory(), "credentials.json");
    await writeSignIn(path, ["drive.readonly"]);
    const env = { GDRIVE_CREDENTIALS_PATH: path, GDRIVE_BASE_URL: fake.url };
    const client = await spawn(bin, { env });
    onTestFinished(() => client.close());
    const content = make();
    expect(content.length).toBeLessThan(2 * mebibyte);
    const bomb = fake.files.add({ name: "bomb", mimeType, content });
    const note = fake.files.add({ name: "note", content: "still here" });
    const reading = client.callTool("read_file_content", { file_id: bomb.id });
    // Others are served meanwhile.
    const other = await client.callTool("read_file_content", { file_id: note.id });
    expect(other.text).toContain("still here");
    const { isError, text } = await reading;
    expect(isError, text).toBe(true);
    expect(text).toMatch(/unpacks to more|has more than 20,000,000/);
    expect(await readPeak(client.process.pid)).toBeLessThan(1_200 * mebibyte);
  });
});
