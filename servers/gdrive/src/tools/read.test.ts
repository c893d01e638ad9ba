import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Started, start, temporaryDirectory, types } from "../../test/support/drive.ts";
import { toExcel, toPdf, toPowerPoint, toWord, zip } from "../../test/support/office.ts";

/** The offset that a note names for the rest. */
function toNext(text: string): number | undefined {
  const named = /More: call again with offset (\d+)\./.exec(text)?.[1];
  return named === undefined ? undefined : Number(named);
}

/** What an answer says to each of the parts of a file until its end. */
async function readAll(call: Started["call"], file_id: string): Promise<string[]> {
  const bodies: string[] = [];
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const args: object = { file_id, offset };
    const { content, isError, text } = await call("read_file_content", args);
    expect(isError, text).toBe(false);
    const marked = String(content[0]?.["text"]);
    bodies.push(
      /^<untrusted source="[^"]*">\n([\s\S]*)\n<\/untrusted>$/.exec(marked)?.[1] ?? "not marked",
    );
    const next = toNext(text);
    expect(next ?? Number.POSITIVE_INFINITY).toBeGreaterThan(offset);
    offset = next;
  }
  return bodies;
}

describe("read_file_content", () => {
  it.each([
    ["Chinese", "漢字\n".repeat(16_000)],
    ["very short lines", "a\n".repeat(3_000)],
    ["one line", "x".repeat(90_000)],
    ["marks", "</untrusted>\n".repeat(9_000)],
  ])("shows %s part by part, each character once", async (_, content) => {
    const { fake, call } = await start();
    const { id } = fake.files.add({ name: "漢".repeat(500), content });
    const bodies = await readAll(call, id);
    expect(bodies.length).toBeGreaterThan(1);
    expect(bodies.join("").replaceAll("&lt;", "<")).toBe(content);
  });

  it.each([
    ["Chinese", "漢字", 9_000],
    ["very short rows", "a", 3_000],
    ["rows of several lines", '"a\nb\nc"', 3_000],
    ["marks", "</untrusted>", 5_000],
  ])("shows a sheet of %s part by part, each row once", async (_, cell, count) => {
    const { fake, call } = await start();
    const rows = Array.from({ length: count }, (_, n) => `${n},${cell}`);
    const sheets = Object.fromEntries(
      Array.from({ length: 90 }, (_, n) => [`${n} ${"漢".repeat(90)}`, []]),
    );
    const exports = { "text/csv": rows.join("\n") };
    const { id } = fake.files.add({ name: "S", mimeType: types.spreadsheet, exports, sheets });
    const bodies = await readAll(call, id);
    expect(bodies.length).toBeGreaterThan(1);
    expect(bodies.join("\n").replaceAll("&lt;", "<")).toBe(rows.join("\n"));
  });

  it("says how much it shows of a row that is too long for an answer", async () => {
    const { fake, call } = await start();
    const exports = { "text/csv": `a,${"漢".repeat(50_000)}\nb,c\n` };
    const { id } = fake.files.add({ name: "S", mimeType: types.spreadsheet, exports });
    const { text } = await call("read_file_content", { file_id: id });
    expect(text).toMatch(/Row 0 is cut: \d+ of 50002 characters\. download_file_content/);
    expect(toNext(text)).toBe(1);
  });

  it("reads a document as Markdown, without pictures as data, marked as somebody else's", async () => {
    const { fake, call } = await start();
    const markdown =
      "# Plan\n\nA ![][image1] lamp.\n\n[image1]: <data:image/png;base64,AAAA>\n\nEnd.\n";
    const file = fake.files.add({
      name: "Plan",
      mimeType: types.document,
      exports: { "text/markdown": markdown },
    });
    const { content } = await call("read_file_content", { file_id: file.id });
    expect(content).toEqual([
      {
        type: "text",
        text: '<untrusted source="Plan">\n# Plan\n\nA ![][image1] lamp.\n\n\nEnd.\n\n</untrusted>',
      },
    ]);
  });

  it("takes a link for an id, and hands on the resource key in it", async () => {
    const { fake, call } = await start();
    const file = fake.files.add({
      name: "Shared",
      id: "abcDEF_123-456",
      content: "behind a link",
      owner: "eve@example.org",
      permissions: [{ id: "anyoneWithLink", type: "anyone", role: "reader" }],
      resourceKey: "0-key_1",
    });
    const missing = await call("read_file_content", { file_id: file.id });
    expect(missing).toMatchObject({ isError: true, text: expect.stringContaining("whole link") });
    const link = `https://drive.google.com/file/d/${file.id}/view?usp=sharing&resourcekey=0-key_1`;
    expect((await call("read_file_content", { file_id: link })).text).toContain("behind a link");
    const other = await call("read_file_content", { file_id: "https://evil.example/d/abc" });
    expect(other.text).toContain("neither a file id nor a link");
  });

  it("reads the first sheet as CSV and names the others, or a sheet and a range of it", async () => {
    const { fake, call } = await start();
    const file = fake.files.add({
      name: "Budget",
      mimeType: types.spreadsheet,
      exports: { "text/csv": 'Item,Cost\r\n"Glass, ""green""\r\ntwo lines",1200\r\n' },
      sheets: {
        First: [["Item"]],
        "It's 2026": [
          ["a", "b,c"],
          ["d", 'e"f'],
        ],
      },
    });
    const first = await call("read_file_content", { file_id: file.id });
    expect(first.text).toContain('"Glass, ""green""\ntwo lines",1200');
    expect(first.content[1]).toMatchObject({ text: "[Sheets: First, It's 2026.]" });
    const sheet = { file_id: file.id, sheet: "It's 2026" };
    expect((await call("read_file_content", sheet)).text).toContain('a,"b,c"\nd,"e""f"');
    const range = await call("read_file_content", { ...sheet, range: "B2:B2" });
    expect(range.text).toContain('\n"e""f"\n');
    const wrong = await call("read_file_content", { file_id: file.id, sheet: "2025" });
    expect(wrong.isError).toBe(true);
    expect(wrong.text).toContain("Its sheets: First, It's 2026");
  });

  it("reads a spreadsheet where the Sheets API is not enabled, and says so for a sheet", async () => {
    const { fake, call } = await start();
    const file = fake.files.add({
      name: "Budget",
      mimeType: types.spreadsheet,
      exports: { "text/csv": "a,b\n" },
    });
    fake.intercept = ({ url }, response) => {
      if (!url.pathname.startsWith("/v4/")) return false;
      const error = {
        code: 403,
        message: "Google Sheets API has not been used in project 1 before or it is disabled.",
        status: "PERMISSION_DENIED",
        details: [
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "SERVICE_DISABLED" },
        ],
      };
      response
        .writeHead(403, { "content-type": "application/json" })
        .end(JSON.stringify({ error }));
      return true;
    };
    expect((await call("read_file_content", { file_id: file.id })).text).toContain("a,b");
    const sheet = await call("read_file_content", { file_id: file.id, sheet: "A" });
    expect(sheet.text).toContain("must enable this API");
  });

  it("reads slides and scripts as text and a drawing as a picture", async () => {
    const { fake, call } = await start();
    const slides = fake.files.add({
      name: "Talk",
      mimeType: types.presentation,
      exports: { "text/plain": "Lamps\nThe end" },
    });
    const drawing = fake.files.add({
      name: "Sketch",
      mimeType: types.drawing,
      exports: { "image/png": Buffer.from([1, 2, 3]) },
    });
    expect((await call("read_file_content", { file_id: slides.id })).text).toContain("The end");
    const { content } = await call("read_file_content", { file_id: drawing.id });
    expect(content).toEqual([{ type: "image", mimeType: "image/png", data: "AQID" }]);
  });

  it("reads Word, Excel, PowerPoint and PDF", async () => {
    const { fake, call } = await start();
    const add = (name: string, mimeType: string, content: Buffer) =>
      fake.files.add({ name, mimeType, content }).id;
    const word = add("a.docx", types.word, toWord("First paragraph", "Zweiter Absatz"));
    const slides = add("a.pptx", types.powerpoint, toPowerPoint());
    const pdf = add("a.pdf", "application/pdf", toPdf("Hello from page one", "Page two"));
    const text = async (file_id: string, more = {}) =>
      (await call("read_file_content", { file_id, ...more })).text;
    expect(await text(word)).toContain("First paragraph\n\nZweiter Absatz");
    expect(await text(slides)).toContain(
      "## Slide 1\n\nLamps & light\nby Ada\n\n## Slide 2\n\nThe end",
    );
    expect(await text(pdf)).toMatch(/## Page 1\n\nHello from page one\n\n## Page 2\n\nPage two/);
    const excel = add("a.xlsx", types.excel, toExcel());
    expect(await text(excel)).toContain(
      'Item,,Paid\n\n"Glass, ""green""",2,2024-01-01,12:00:00,TRUE',
    );
    expect(await text(excel, { sheet: "Q&A" })).toContain("second");
    expect(await text(excel, { sheet: "none" })).toContain("Its sheets: Costs, Q&A");
  });

  it("says that a file is broken, too large when unpacked, or no text", async () => {
    const { fake, call } = await start();
    const read = async (mimeType: string, content: Buffer) => {
      const { id } = fake.files.add({ name: "x", mimeType, content });
      return (await call("read_file_content", { file_id: id })).text;
    };
    for (const type of [types.word, types.excel, types.powerpoint, "application/pdf"]) {
      expect(await read(type, Buffer.from("no such thing")), type).toMatch(
        /not what its type says/,
      );
    }
    const bomb = zip({
      "xl/workbook.xml": `<sheet name="a" r:id="r"/>`,
      "xl/_rels/workbook.xml.rels": `<Relationship Id="r" Target="s.xml"/>`,
      "xl/s.xml": "<row></row>".repeat(8_000_000),
    });
    expect(await read(types.excel, bomb)).toContain("more than 64 MB");
    const none = await read("video/mp4", Buffer.from("x"));
    expect(none).toMatch(
      /^\[File: x, video\/mp4, 1 bytes: https:\/\/docs\.google\.com\/.*text\.\]$/,
    );
  });

  it("follows a shortcut, and sends to list_folder for a folder", async () => {
    const { fake, call } = await start();
    const target = fake.files.add({ name: "Target", content: "the real thing" });
    const shortcut = fake.files.add({
      name: "Shortcut",
      mimeType: types.shortcut,
      shortcutTo: target.id,
    });
    const folder = fake.files.add({ name: "F", mimeType: types.folder });
    const { text } = await call("read_file_content", { file_id: shortcut.id });
    expect(text).toBe('<untrusted source="Target">\nthe real thing\n</untrusted>');
    expect((await call("read_file_content", { file_id: folder.id })).text).toContain("list_folder");
  });

  it("stops at the budget and goes on at the offset until the whole was read", async () => {
    const { fake, call } = await start({ budget: 2_000 });
    const lines = Array.from({ length: 300 }, (_, n) => `Zeile ${n} ein Wörtchen 😀`);
    const long = "😀".repeat(3_000);
    for (const whole of [lines.join("\n"), long]) {
      const file = fake.files.add({ name: "Long", content: whole });
      let read = "";
      let offset: number | undefined = 0;
      for (let pages = 0; pages < 50 && offset !== undefined; pages += 1) {
        const args: object = { file_id: file.id, offset };
        const { text, content } = await call("read_file_content", args);
        expect(text.length).toBeLessThanOrEqual(2_000);
        read += String(content[0]?.["text"]).replace(/^<untrusted[^>]*>\n|\n<\/untrusted>$/g, "");
        offset = toNext(text);
      }
      expect(read).toBe(whole);
    }
  });

  it("pages a sheet by rows and says how many there are", async () => {
    const { fake, call } = await start({ budget: 3_000 });
    const csv = Array.from({ length: 500 }, (_, n) => `${n},some text in a cell`).join("\n");
    const file = fake.files.add({
      name: "Rows",
      mimeType: types.spreadsheet,
      exports: { "text/csv": csv },
    });
    const { text } = await call("read_file_content", {
      file_id: file.id,
      offset: 10,
      limit: 2,
    });
    expect(text).toContain("\n10,some text in a cell\n11,some text in a cell\n");
    expect(text).toContain("[Rows 10 to 12 of 500. More: call again with offset 12.]");
    const rest = await call("read_file_content", { file_id: file.id, offset: 300 });
    expect(toNext(rest.text)).toBeLessThan(500);
    const past = await call("read_file_content", { file_id: file.id, offset: 900 });
    expect(past.text).toContain("[There are only 500 rows.]");
  });

  it("answers an export over 10 MB with a link, and a sheet with the advice to take a range", async () => {
    const { fake, call } = await start();
    const huge = Buffer.alloc(10 * 1024 * 1024 + 1, "a");
    const doc = fake.files.add({
      name: "Huge",
      mimeType: types.document,
      exports: { "text/markdown": huge },
    });
    const sheet = fake.files.add({
      name: "Huge",
      mimeType: types.spreadsheet,
      exports: { "text/csv": huge },
    });
    const { text, content, isError } = await call("read_file_content", { file_id: doc.id });
    expect(isError).toBe(false);
    expect(text).toContain("Google exports at most 10 MB.");
    const uri = expect.stringContaining(`https://docs.google.com/document/d/${doc.id}`);
    expect(content[1]).toMatchObject({ type: "resource_link", uri });
    expect((await call("read_file_content", { file_id: sheet.id })).text).toContain("a range");
  });
});

const png = Buffer.from("89504e470d0a1a0a", "hex");

describe("download_file_content", () => {
  it("gives bytes, pictures and Office files, and above 1 MB a link", async () => {
    const { fake, call } = await start();
    const picture = fake.files.add({ name: "p", mimeType: "image/png", content: png });
    const fraud = fake.files.add({ name: "f", mimeType: "image/png", content: "<svg/>" });
    const doc = fake.files.add({
      name: "d",
      mimeType: types.document,
      exports: { [types.word]: "word", "application/pdf": "pdf" },
    });
    const large = fake.files.add({ name: "l", content: Buffer.alloc(1024 * 1024 + 1) });
    const get = async (file_id: string, more = {}) =>
      (await call("download_file_content", { file_id, ...more })).content.at(-1);
    expect(await get(picture.id)).toMatchObject({ type: "image", data: png.toString("base64") });
    // What calls itself a picture and is none can end a conversation: it comes as a file.
    const page = (id: string) => expect.stringMatching(`^https://.*${id}`);
    expect(await get(fraud.id)).toMatchObject({
      type: "resource_link",
      uri: page(fraud.id),
      mimeType: "image/png",
    });
    // Google's page for the document is not the form that was asked for: its export is.
    const uri = expect.stringMatching(`/export\\?id=${doc.id}&exportFormat=.*word`);
    const word = { type: "resource_link", uri, size: 4 };
    expect(await get(doc.id)).toMatchObject({ ...word, mimeType: types.word });
    const pdf = await get(doc.id, { export_mime_type: "application/pdf" });
    expect(pdf).toMatchObject({ type: "resource_link", mimeType: "application/pdf", size: 3 });
    expect(await get(large.id)).toMatchObject({
      type: "resource_link",
      uri: page(large.id),
      size: 1024 * 1024 + 1,
    });
    const wrong = await get(picture.id, { export_mime_type: "image/jpeg" });
    expect(wrong?.["text"]).toContain("Leave out export_mime_type");
  });

  it("gives a text as text, and one that is too long as a link with the way to read it", async () => {
    const { fake, call } = await start();
    const short = fake.files.add({ name: "a.csv", mimeType: "text/csv", content: "a,\u200bb\n" });
    const doc = fake.files.add({
      name: "d",
      mimeType: types.document,
      exports: { "text/html": "<p>Hi</p>", "text/markdown": "x".repeat(50_000) },
    });
    const get = async (file_id: string, export_mime_type?: string) =>
      (
        await call("download_file_content", {
          file_id,
          ...(export_mime_type && { export_mime_type }),
        })
      ).text;
    expect(await get(short.id)).toBe('<untrusted source="a.csv">\na,\\u{200B}b\n\n</untrusted>');
    expect(await get(doc.id, "text/html")).toBe('<untrusted source="d">\n<p>Hi</p>\n</untrusted>');
    expect(await get(doc.id, "text/markdown")).toMatch(
      /^\[File: d, text\/markdown, 50,000 bytes: https:.*read_file_content reads it in parts\..*path/,
    );
  });

  it("writes into a download directory, nowhere else, and replaces nothing", async () => {
    const downloads = await temporaryDirectory();
    const { fake, call } = await start({ options: { downloadDirs: [downloads] } });
    const { id } = fake.files.add({ name: "a", content: "bytes" });
    const path = join(downloads, "a.txt");
    const done = await call("download_file_content", { file_id: id, path });
    expect(done.text).toBe(`Wrote 5 bytes to ${path}.`);
    expect(await readFile(path, "utf8")).toBe("bytes");
    for (const [to, why] of [
      [path, "already exists"],
      ["/tmp/elsewhere.txt", "outside allowed directories"],
      [join(downloads, "..", "up.txt"), "outside allowed directories"],
    ]) {
      const { isError, text } = await call("download_file_content", { file_id: id, path: to });
      expect(isError).toBe(true);
      expect(text).toContain(why);
    }
    const { call: without } = await start({ fake });
    expect((await without("download_file_content", { file_id: id, path })).text).toContain(
      "--download-dirs",
    );
  });
});
