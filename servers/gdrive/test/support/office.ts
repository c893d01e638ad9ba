import { crc32, deflateRawSync } from "node:zlib";

/** A ZIP archive of text files, compressed unless they are to be stored (PKWARE APPNOTE 4.3). */
export function zip(
  files: Readonly<Record<string, string>>,
  { stored = [] }: { readonly stored?: readonly string[] } = {},
): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, body] = [Buffer.from(name), Buffer.from(text)];
    const plain = stored.includes(name);
    const packed = plain ? body : deflateRawSync(body);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(plain ? 0 : 8, 4);
    facts.writeUInt32LE(crc32(body), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(body.length, 18);
    facts.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, path, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const head = [Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), facts, rest];
    centrals.push(Buffer.concat([...head, path]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(centrals.length, 4);
  end.writeUInt16LE(centrals.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from("PK\x05\x06"), end]);
}

const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

function relations(targets: Readonly<Record<string, string>>): string {
  const entries = Object.entries(targets).map(
    ([id, target]) => `<Relationship Id="${id}" Type="${office}/x" Target="${target}"/>`,
  );
  return `<?xml version="1.0"?><Relationships>${entries.join("")}</Relationships>`;
}

/** An Excel file: strings, numbers, a date, a formula's result, and a second sheet. */
export function toExcel(): Buffer {
  return zip({
    "xl/workbook.xml": `<workbook><sheets><sheet name="Costs" sheetId="1" r:id="rId1"/><sheet name="Q&amp;A" sheetId="2" r:id="rId2"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations({
      rId1: "worksheets/sheet1.xml",
      rId2: "/xl/worksheets/sheet2.xml",
    }),
    "xl/sharedStrings.xml": `<sst><si><t>Item</t></si><si><r><t>Gl</t></r><r><t>ass, "green"</t></r></si></sst>`,
    "xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd.mm.yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="21"/></cellXfs></styleSheet>`,
    "xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Paid</t></is></c></row><row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><f>1+1</f><v>2</v></c><c r="C3" s="1"><v>45292</v></c><c r="D3" s="2"><v>0.5</v></c><c r="E3" t="b"><v>1</v></c></row></sheetData></worksheet>`,
    "xl/worksheets/sheet2.xml": `<x:worksheet><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>second</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
  });
}

/** A PowerPoint file whose slides are shown in another order than their names have. */
export function toPowerPoint(): Buffer {
  const slide = (...lines: string[]) =>
    `<p:sld>${lines.map((line) => `<a:p><a:r><a:t>${line}</a:t></a:r></a:p>`).join("")}</p:sld>`;
  return zip({
    "ppt/presentation.xml": `<p:presentation><p:sldIdLst><p:sldId id="1" r:id="rId2"/><p:sldId id="2" r:id="rId1"/></p:sldIdLst></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relations({
      rId1: "slides/slide1.xml",
      rId2: "slides/slide2.xml",
    }),
    "ppt/slides/slide1.xml": slide("The end"),
    "ppt/slides/slide2.xml": slide("Lamps &amp; light", "by Ada"),
  });
}

/** A Word file of these paragraphs. */
export function toWord(...paragraphs: readonly string[]): Buffer {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join("");
  const main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  return zip({
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/document.xml": `<w:document xmlns:w="${main}"><w:body>${body}</w:body></w:document>`,
  });
}

/** A PDF file with one line of text on each page (ISO 32000-1 7.5). */
export function toPdf(...pages: readonly string[]): Buffer {
  const objects: string[] = ["<</Type/Catalog/Pages 2 0 R>>"];
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  objects.push(`<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`);
  objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
  for (const [index, line] of pages.entries()) {
    const content = 5 + index * 2;
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F1 3 0 R>>>>/Contents ${content} 0 R>>`,
    );
    const stream = `BT /F1 12 Tf 20 200 Td (${line}) Tj ET`;
    objects.push(`<</Length ${stream.length}>>\nstream\n${stream}\nendstream`);
  }
  return toPdfFile(objects);
}

/** A PDF file of one page whose content is these packed bytes, so many times. */
export function toPdfOf(packed: Buffer, filters: readonly string[], times: number): Buffer {
  const content = "4 0 R ".repeat(times);
  const names = filters.map((name) => `/${name}`).join("");
  return toPdfFile([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<<>>/Contents[${content}]>>`,
    `<</Length ${packed.length}/Filter[${names}]>>\nstream\n${packed.toString("latin1")}\nendstream`,
  ]);
}

function toPdfFile(objects: readonly string[]): Buffer {
  let text = "%PDF-1.4\n";
  const places: number[] = [];
  for (const [index, object] of objects.entries()) {
    places.push(text.length);
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const start = text.length;
  const table = places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  text += `trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}
