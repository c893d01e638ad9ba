import { describe, expect, it, vi } from "vitest";
import { start, types } from "./support/drive.ts";
import { zip } from "./support/office.ts";

/** What the server shows of a file, and what it says of it. */
async function read(mimeType: string, content: string | Buffer, name = "f") {
  const { fake, call } = await start();
  const { id } = fake.files.add({ name, mimeType, content });
  const { text, content: parts, isError } = await call("read_file_content", { file_id: id });
  expect(isError, text).toBe(false);
  const marked = String(parts[0]?.["text"]);
  const body = /^<untrusted source="[^"]*">\n([\s\S]*)\n<\/untrusted>$/.exec(marked)?.[1];
  return { body: body ?? text, note: String(parts[1]?.["text"] ?? "") };
}

describe("CSV (RFC 4180): a quote opens only at a field's start", () => {
  it('"5" pipe,10" in every row counts each row', async () => {
    const { fake, call } = await start();
    const rows = Array.from({ length: 20_001 }, (_, at) => `5" pipe,${at}`);
    const content = `item,qty\r\n${rows.join("\r\n")}\r\n`;
    const { id } = fake.files.add({ name: "f", mimeType: "text/csv", content });
    const { text } = await call("read_file_content", { file_id: id, limit: 2 });
    expect(text).toContain('item,qty\n5" pipe,0\n');
    expect(text).toContain("of 20002.");
  });

  it.each([
    ["line ends in quotes", 'a,"b\nc"\nd', 2],
    ["doubled quotes", '"a ""\n"" b",c\nd', 2],
    ["a quote in the middle of a field", 'a,5" x\nb,6" y\nc', 3],
    ["words behind a quoted field", '"5" pipe,10\nb', 2],
    ["a quote that nothing closes", '"a,b\nc\nd', 3],
    ["semicolons", 'a;b;c\n1;"x\ny";3', 2],
    ["tabs", 'a\tb\n"x\ny"\t3', 2],
    ["a byte order mark", '\uFEFF"x\ny",3\nb', 2],
    ["line ends of old Macs", "a,b\rc,d\re,f", 3],
    ["empty rows", "a\n\nb", 3],
  ])("%s", async (_, content, count) => {
    const { fake, call } = await start();
    const { id } = fake.files.add({ name: "f", mimeType: "text/csv", content });
    const { text } = await call("read_file_content", { file_id: id, offset: 99 });
    expect(text).toContain(`There are only ${count} rows.`);
  });
});

/** An Excel file of one row of cells, with strings and formats of its own. */
function excel(
  cells: string,
  { strings = "", formats = [] }: { strings?: string; formats?: readonly string[] } = {},
): Buffer {
  const toXml = (code: string) => code.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const codes = formats.map(
    (code, at) => `<numFmt numFmtId="${200 + at}" formatCode="${toXml(code)}"/>`,
  );
  const styles = formats.map((_, at) => `<xf numFmtId="${200 + at}"/>`);
  const builtIn = [9, 14, 20, 21, 22, 30, 45, 46].map((id) => `<xf numFmtId="${id}"/>`);
  return zip({
    "xl/workbook.xml": `<workbook><sheets><sheet name="A" sheetId="1" r:id="r"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r" Target="worksheets/a.xml"/></Relationships>`,
    "xl/sharedStrings.xml": `<sst>${strings}</sst>`,
    "xl/styles.xml": `<styleSheet><numFmts>${codes.join("")}</numFmts><cellXfs><xf numFmtId="0"/>${styles.join("")}${builtIn.join("")}</cellXfs></styleSheet>`,
    "xl/worksheets/a.xml": `<worksheet><sheetData><row r="1">${cells}</row></sheetData></worksheet>`,
  });
}

describe("Excel, as Excel shows it", () => {
  it.each([
    [
      "furigana",
      `<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>`,
      "東京",
    ],
    [
      "furigana in formatted text",
      `<si><r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="1"><t>トウ</t></rPh></si>`,
      "東京",
    ],
    ["_x000D_", "<si><t>a_x000D_\nb</t></si>", '"a\nb"'],
    ["an escaped underscore", "<si><t>_x005F_x000D_</t></si>", "_x000D_"],
    ["what is not an escape", "<si><t>_x00_ _xyzw_</t></si>", "_x00_ _xyzw_"],
    ["CDATA", "<si><t><![CDATA[a < b > c]]></t></si>", "a < b > c"],
    ["a comment in the XML", "<si><!-- > <t>no</t> --><t>yes</t></si>", "yes"],
    ["what looks like an HTML comment", "<si><t>a &lt;!-- b --&gt;</t></si>", "a <!-- b -->"],
  ])("%s", async (_, strings, shown) => {
    const { body } = await read(types.excel, excel(`<c t="s"><v>0</v></c>`, { strings }));
    expect(body).toBe(shown);
  });

  it("furigana and _x000D_ in cells without shared strings", async () => {
    const cells = `<c t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c><c t="str"><v>a_x000D_b</v></c>`;
    expect((await read(types.excel, excel(cells))).body).toBe('東京,"a\nb"');
  });

  it.each([
    ["[h]:mm", "1.5", "36:00"],
    ["[h]:mm:ss", "0.000011574074", "0:00:01"],
    ["[mm]:ss", "0.1", "144:00"],
    ["[h]:mm", "-0.5", "-12:00"],
    ["h:mm AM/PM", "0.75", "6:00 PM"],
    ["dd.mm.yyyy", "45292", "2024-01-01"],
    ["[$-409]d-mmm-yy;@", "45292", "2024-01-01"],
    ["yyyy/mm/dd hh:mm", "45292.5", "2024-01-01 12:00:00"],
    ["mmm", "45292", "2024-01-01"],
    ["00000", "1234", "01234"],
    ["0.0%", "0.125", "12.5%"],
    ['"$"#,##0.00', "1234.5", '"$1,234.50"'],
    ["#,##0_);(#,##0)", "-5", "(5)"],
    ["# ?/?", "1.25", "1 1/4"],
    ["0.00E+00", "12345", "1.23E+04"],
    ['0;-0;"none"', "0", "none"],
    ["General", "12345678901234", "12345678901234"],
    ["@", "007", "007"],
    ["bad[", "3", "3"],
    ["dd.mm.yyyy", "99999999999", "99999999999"],
  ])("the format %s of %s", async (format, value, shown) => {
    const cells = `<c s="1"><v>${value}</v></c>`;
    expect((await read(types.excel, excel(cells, { formats: [format] }))).body).toBe(shown);
  });

  it("formats that files name by number alone", async () => {
    const values = [0.5, 45292, 0.5, 0.5, 45292.5, 45292, 0.001, 1.5];
    const cells = values.map((value, at) => `<c s="${at + 1}"><v>${value}</v></c>`).join("");
    expect((await read(types.excel, excel(cells))).body).toBe(
      "50%,2024-01-01,12:00,12:00:00,2024-01-01 12:00:00,2024-01-01,01:26,36:00:00",
    );
  });
});

const word = (body: string, more: Readonly<Record<string, string>> = {}) =>
  zip({ "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`, ...more });
const p = (text: string, properties = "") =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const cell = (text: string, properties = "") =>
  `<w:tc><w:tcPr>${properties}</w:tcPr>${text === "" ? "<w:p/>" : p(text)}</w:tc>`;
const inList = (text: string, list: number, level = 0) =>
  p(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`);
const level = (at: number, format: string, text: string, first = 1) =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="${first}"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
const numbering = `<w:numbering>
  <w:abstractNum w:abstractNumId="0">${level(0, "decimal", "%1.")}${level(1, "decimal", "%1.%2")}${level(2, "lowerLetter", "(%3)")}</w:abstractNum>
  <w:abstractNum w:abstractNumId="1">${level(0, "bullet", "&#xF0B7;")}</w:abstractNum>
  <w:abstractNum w:abstractNumId="2">${level(0, "upperRoman", "Article %1", 4)}</w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
  <w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
  <w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
  <w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
</w:numbering>`;

describe("Word, as Word shows it", () => {
  it.each([
    [
      "a table with empty cells",
      `<w:tbl><w:tr>${cell("a")}${cell("")}${cell("c")}</w:tr><w:tr>${cell("")}${cell("e")}${cell("")}</w:tr></w:tbl>`,
      "| a |  | c |\n|  | e |  |",
    ],
    [
      "cells over several columns, and of several paragraphs",
      `<w:tbl><w:tr>${cell("a", '<w:gridSpan w:val="2"/>')}<w:tc>${p("b")}${p("c")}</w:tc></w:tr></w:tbl>`,
      "| a |  | b / c |",
    ],
    [
      "a table in a table",
      `<w:tbl><w:tr><w:tc><w:tbl><w:tr>${cell("x")}${cell("y")}</w:tr></w:tbl><w:p/></w:tc>${cell("z")}</w:tr></w:tbl>`,
      "| | x | y | | z |",
    ],
    [
      "text before, between and after",
      `${p("a")}<w:tbl><w:tr>${cell("b")}</w:tr></w:tbl>${p("c")}`,
      "a\n\n| b |\n\nc",
    ],
    [
      "what was deleted or moved away",
      `<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>`,
      "new",
    ],
    [
      "hidden text",
      `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:t>seen</w:t></w:r></w:p>`,
      "seen",
    ],
    [
      "breaks, tabs and hyphens",
      `<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>`,
      "a\tb\nc\u2011d",
    ],
    [
      "an element that is called like what every object has",
      "<w:p><w:r><w:t>a</w:t><w:constructor/><w:toString/><w:t>b</w:t></w:r></w:p>",
      "ab",
    ],
    [
      "a text box",
      `<w:p><w:r><w:t>out</w:t><w:pict><w:txbxContent>${p("box")}</w:txbxContent></w:pict><w:t>side</w:t></w:r></w:p>`,
      "box\n\noutside",
    ],
    ["what looks like an HTML comment", p("a &lt;!-- b --&gt;"), "a <!-- b -->"],
  ])("%s", async (_, body, shown) => {
    expect((await read(types.word, word(body))).body).toBe(shown);
  });

  it("list numbers, by level, letter and Roman numeral, with bullets and new starts", async () => {
    const body = [
      ...[inList("one", 1), inList("one one", 1, 1), inList("deep", 1, 2), inList("deeper", 1, 2)],
      ...[inList("one two", 1, 1), inList("two", 1), inList("two one", 1, 1)],
      ...[inList("dot", 2), inList("four", 3), inList("five", 3), inList("seven", 4)],
      p("none", '<w:numPr><w:numId w:val="0"/></w:numPr>'),
    ].join("");
    const { body: shown } = await read(types.word, word(body, { "word/numbering.xml": numbering }));
    expect(shown.split("\n\n")).toEqual([
      ...["1. one", "  1.1 one one", "    (a) deep", "    (b) deeper", "  1.2 one two", "2. two"],
      ...["  2.1 two one", "• dot", "Article IV four", "Article V five", "7. seven", "none"],
    ]);
  });

  it("headings that are numbered by their style, and by the one it is based on", async () => {
    const styles = `<w:styles>
      <w:style w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
      <w:style w:styleId="H2"><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>
      <w:style w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style></w:styles>`;
    const heading = (text: string, style: string) => p(text, `<w:pStyle w:val="${style}"/>`);
    const body = `${heading("A", "H1")}${heading("B", "H2")}${heading("C", "Loop")}${heading("D", "H1")}`;
    const more = { "word/numbering.xml": numbering, "word/styles.xml": styles };
    expect((await read(types.word, word(body, more))).body).toBe("1. A\n\n  1.1 B\n\nC\n\n2. D");
  });

  it("footnotes, endnotes and comments at their places and below", async () => {
    const refer = (kind: string, id: number) => `<w:r><w:${kind}Reference w:id="${id}"/></w:r>`;
    const body = `<w:p><w:r><w:t>a</w:t></w:r>${refer("footnote", 5)}<w:r><w:t> b</w:t></w:r>${refer("footnote", 2)}${refer("endnote", 1)}${refer("comment", 0)}</w:p>`;
    const note = (kind: string, id: number, text: string) =>
      `<w:${kind} w:id="${id}">${p(text)}</w:${kind}>`;
    const more = {
      "word/footnotes.xml": `<w:footnotes>${note("footnote", 0, "separator")}${note("footnote", 2, "second")}${note("footnote", 5, "first")}</w:footnotes>`,
      "word/endnotes.xml": `<w:endnotes>${note("endnote", 1, "the end")}</w:endnotes>`,
      "word/comments.xml": `<w:comments>${note("comment", 0, "really?")}</w:comments>`,
    };
    expect((await read(types.word, word(body, more))).body).toBe(
      "a[^1] b[^2][^e1][^c1]\n\n[^1]: first\n[^2]: second\n\n[^e1]: the end\n\n[^c1]: really?",
    );
  });

  it("headers and footers, once each", async () => {
    const section = `<w:sectPr><w:headerReference w:type="default" r:id="h1"/><w:headerReference w:type="first" r:id="h2"/><w:footerReference r:id="f1"/></w:sectPr>`;
    const relation = (id: string, target: string) =>
      `<Relationship Id="${id}" Target="${target}"/>`;
    const more = {
      "word/_rels/document.xml.rels": `<Relationships>${relation("h1", "header1.xml")}${relation("h2", "/word/header2.xml")}${relation("f1", "footer1.xml")}</Relationships>`,
      "word/header1.xml": `<w:hdr>${p("ACME")}</w:hdr>`,
      "word/header2.xml": `<w:hdr>${p("ACME")}</w:hdr>`,
      "word/footer1.xml": `<w:ftr>${p("Page 1")}</w:ftr>`,
    };
    expect((await read(types.word, word(`${p("Text")}${section}`, more))).body).toBe(
      "ACME\n\nText\n\nPage 1",
    );
  });
});

describe("PowerPoint", () => {
  it("a table with empty cells", async () => {
    const cells = ["a", "", "c"].map(
      (text) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`,
    );
    const slides = zip({
      "ppt/presentation.xml": `<p:sldIdLst><p:sldId r:id="r"/></p:sldIdLst>`,
      "ppt/_rels/presentation.xml.rels": `<Relationship Id="r" Target="s.xml"/>`,
      "ppt/s.xml": `<a:tbl><a:tr>${cells.join("")}</a:tr></a:tbl>`,
    });
    expect((await read(types.powerpoint, slides)).body).toBe("## Slide 1\n\n| a |  | c |");
  });
});

describe("text that is not UTF-8", () => {
  const bytes = (...codes: number[]) => Buffer.from(codes);
  const japanese = "日本語です";

  it.each([
    [
      "Latin-1",
      "Grüße aus Köln, schöne Füße.\n",
      Buffer.from("Grüße aus Köln, schöne Füße.\n", "latin1"),
      "windows-1252",
    ],
    ["Latin-1 of few letters", "Größe;3\n", Buffer.from("Größe;3\n", "latin1"), "windows-1252"],
    [
      "Shift-JIS",
      japanese,
      bytes(0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x82, 0xc5, 0x82, 0xb7),
      "Shift_JIS",
    ],
    [
      "EUC-JP",
      japanese,
      bytes(0xc6, 0xfc, 0xcb, 0xdc, 0xb8, 0xec, 0xa4, 0xc7, 0xa4, 0xb9),
      "EUC-JP",
    ],
    [
      "ISO-2022-JP",
      "日本",
      bytes(0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42),
      "iso-2022-jp",
    ],
    [
      "windows-1251",
      "Привет, мир! Это русский текст.",
      bytes(
        0xcf,
        0xf0,
        0xe8,
        0xe2,
        0xe5,
        0xf2,
        0x2c,
        0x20,
        0xec,
        0xe8,
        0xf0,
        0x21,
        0x20,
        0xdd,
        0xf2,
        0xee,
        0x20,
        0xf0,
        0xf3,
        0xf1,
        0xf1,
        0xea,
        0xe8,
        0xe9,
        0x20,
        0xf2,
        0xe5,
        0xea,
        0xf1,
        0xf2,
        0x2e,
      ),
      "windows-1251",
    ],
  ])("%s is decoded, and said to be a guess", async (_, text, content, charset) => {
    const { body, note } = await read("text/plain", content);
    expect(body).toBe(text);
    expect(note).toBe(`[Read as ${charset}, which is a guess: the file is not UTF-8.]`);
  });

  it.each([
    ["HTML", "text/html", '<meta charset="shift_jis">'],
    ["XML", "text/xml", '<?xml version="1.0" encoding="Shift_JIS"?>'],
  ])("%s that names its character set is decoded by it", async (_, type, head) => {
    const content = Buffer.concat([Buffer.from(head), bytes(0x93, 0xfa, 0x96, 0x7b)]);
    expect(await read(type, content)).toEqual({ body: `${head}日本`, note: "" });
  });

  it("one stray byte in UTF-8 is shown and said", async () => {
    const content = Buffer.concat([Buffer.from("Grüße äöü "), bytes(0xe9), Buffer.from(" Füße")]);
    const { body, note } = await read("text/plain", content);
    expect(body).toBe("Grüße äöü \uFFFD Füße");
    expect(note).toContain("1 places are not UTF-8");
  });

  it("UTF-8 and UTF-16 say nothing of it", async () => {
    expect(await read("text/plain", "日本\n")).toEqual({ body: "日本\n", note: "" });
    const utf16 = Buffer.concat([bytes(0xff, 0xfe), Buffer.from("日本", "utf16le")]);
    expect(await read("text/plain", utf16)).toEqual({ body: "日本", note: "" });
  });

  it.each(["constructor", "toString"])("a file of the type %s is not read", async (mimeType) => {
    const { body } = await read(mimeType, "x");
    expect(body).toContain(`This server cannot turn a file of type ${mimeType} into text.`);
  });

  it("a CSV of Latin-1 comes in rows", async () => {
    const { body, note } = await read("text/csv", Buffer.from("Größe;Straße\n5;x\n", "latin1"));
    expect([body, note]).toEqual(["Größe;Straße\n5;x", expect.stringContaining("windows-1252")]);
  });

  it.each([
    ["Latin-1", "latin1", "Größe;schöne Füße\n"],
    ["UTF-8 with a stray byte", "utf8", "日本語です;schöne Füße\n"],
  ] as const)(
    "a long file of %s is decoded as a whole no more than twice",
    async (_, charset, line) => {
      const decode = vi.spyOn(TextDecoder.prototype, "decode");
      const content = Buffer.concat([
        bytes(0xe9, 0x0a),
        Buffer.from(line.repeat(200_000), charset),
      ]);
      const { fake, call } = await start();
      const { id } = fake.files.add({ name: "f", mimeType: "text/plain", content });
      decode.mockClear();
      const { text, isError } = await call("read_file_content", { file_id: id });
      // The first byte that is not UTF-8 ends the attempt, so it does not count as decoding the whole.
      const whole = decode.mock.results.flatMap(({ type, value }) =>
        type === "return" ? [value] : [],
      );
      const sizes = whole.map((each) => String(each).length);
      decode.mockRestore();
      expect(isError, text).toBe(false);
      expect(text).toContain(line);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3 * content.length);
    },
  );

  it("letters of several bytes that the end of the sample parts say nothing against their set", async () => {
    const line = "これは日本語の文章です。";
    const encoded = bytes(
      ...[0x82, 0xb1, 0x82, 0xea, 0x82, 0xcd, 0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea],
      ...[0x82, 0xcc, 0x95, 0xb6, 0x8f, 0xcd, 0x82, 0xc5, 0x82, 0xb7, 0x81, 0x42],
    );
    // An odd length before the first letter, so that a sample of even length ends within one.
    const content = Buffer.concat([bytes(0x61), ...Array.from({ length: 6_000 }, () => encoded)]);
    const { body, note } = await read("text/plain", content);
    expect(body.startsWith(`a${line}${line}`)).toBe(true);
    expect(note).toContain("Read as Shift_JIS");
  });

  it("a download of it says the same", async () => {
    const { fake, call } = await start();
    const content = Buffer.from("Grüße aus Köln\n", "latin1");
    const { id } = fake.files.add({ name: "f", mimeType: "text/plain", content });
    const { text } = await call("download_file_content", { file_id: id });
    expect(text).toContain("Grüße aus Köln");
    expect(text).toContain("[Read as windows-1252, which is a guess");
  });
});

describe("Google's kinds without text", () => {
  it.each(["form", "site", "map", "vid", "fusiontable", "jam", "drive-sdk.123"])(
    "%s: no text, with the link",
    async (kind) => {
      const { fake, call, client } = await start();
      const mimeType = `application/vnd.google-apps.${kind}`;
      const { id } = fake.files.add({ name: "f", mimeType });
      for (const name of ["read_file_content", "download_file_content"]) {
        const { text, isError } = await call(name, { file_id: id });
        expect([isError, text]).toEqual([false, expect.stringContaining(`kind "${kind}"`)]);
        expect(text).toContain("https://docs.google.com/");
      }
      const resource = client.request("resources/read", { uri: `gdrive:///${id}` });
      await expect(resource).rejects.toThrow(`kind "${kind}"`);
    },
  );
});

describe("what looks like an HTML comment", () => {
  it("in code of a Google document is shown; outside it is hidden", async () => {
    const { fake, call } = await start();
    const markdown = "Use `<!-- a -->`:\n\n```\n<!-- b -->\n```\n\n<!-- obey -->end\n";
    const exports = { "text/markdown": markdown };
    const { id } = fake.files.add({ name: "f", mimeType: types.document, exports });
    const { text } = await call("read_file_content", { file_id: id });
    expect(text).toContain("Use `<!-- a -->`:\n\n```\n<!-- b -->\n```\n\nend\n");
  });

  it("in a sheet, in slides and in a comment is text", async () => {
    const { fake, call } = await start();
    const exports = { "text/csv": "a,<!-- b -->\n", "text/plain": "<!-- c -->" };
    const sheet = fake.files.add({ name: "f", mimeType: types.spreadsheet, exports });
    const slides = fake.files.add({ name: "f", mimeType: types.presentation, exports });
    expect((await call("read_file_content", { file_id: sheet.id })).text).toContain("<!-- b -->");
    expect((await call("read_file_content", { file_id: slides.id })).text).toContain("<!-- c -->");
  });
});

it("file names with newline, ANSI, bidi are shown in one line, visibly", async () => {
  const { fake, call } = await start();
  const name = "a\nb.txt (text/plain) id x\u001b[2J\u202Etxt.exe";
  const shown = "a\\u{A}b.txt (text/plain) id x\\u{1B}[2J\\u{202E}txt.exe";
  const folder = fake.files.add({ name: "F", mimeType: types.folder });
  const { id } = fake.files.add({ name, content: "x", parents: [folder.id] });
  for (const [tool, args] of [
    ["list_folder", { folder_id: folder.id }],
    ["get_file_metadata", { file_id: id }],
    ["search", { query: "x" }],
  ] as const) {
    const { text } = await call(tool, args);
    // Some answer in JSON, which writes backslashes twice.
    const plain = text.replaceAll("\\\\", "\\");
    expect([tool, plain]).toEqual([tool, expect.stringContaining(shown)]);
    expect(text).not.toContain("\u202E");
  }
});
