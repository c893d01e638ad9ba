import { DriveError } from "../errors.ts";
import { toCsvRow } from "./csv.ts";
import { type DateSystem, readFormats, toNumberText } from "./number-formats.ts";
import { readXml } from "./xml.ts";
import { Zip } from "./zip.ts";

export interface Workbook {
  readonly sheets: readonly string[];
  readonly rows: readonly string[];
}

const maxColumns = 16_384;
/** Cells and characters a sheet may unfold to: few bytes of a file can stand for any number. */
const maxUnfolded = 20_000_000;
/** Empty rows in a row that are kept, so that rows keep their numbers without costing memory. */
const maxGap = 1_000;

/** Reads one sheet of an Excel file as CSV, the first unless one is named. */
export function readExcel(bytes: Uint8Array, sheet: string | undefined): Workbook {
  const zip = new Zip(bytes);
  const targets = readRelations(zip.text("xl/_rels/workbook.xml.rels"));
  const sheets: { readonly name: string; readonly path: string }[] = [];
  let dates: DateSystem = 1900;
  for (const { name, attributes } of readXml(zip.text("xl/workbook.xml"))) {
    if (name === "workbookPr")
      dates = /^(?:1|true)$/.test(attributes["date1904"] ?? "") ? 1904 : 1900;
    if (name !== "sheet" || attributes["name"] === undefined) continue;
    const target = targets.get(attributes["r:id"] ?? "") ?? "";
    sheets.push({ name: attributes["name"], path: target });
  }
  const names = sheets.map(({ name }) => name);
  const chosen = sheet === undefined ? sheets[0] : sheets.find(({ name }) => name === sheet);
  if (chosen === undefined) {
    throw new DriveError(
      `There is no sheet ${JSON.stringify(sheet ?? "")}.`,
      `Its sheets: ${names.join(", ")}.`,
    );
  }
  const path = toPart(chosen.path);
  const strings = readStrings(zip.text(findPart(targets, "sharedStrings.xml")));
  const formats = readFormats(zip.text(findPart(targets, "styles.xml")));
  const cells = { strings, formats, dates };
  return { sheets: names, rows: readRows(zip.text(path), cells) };
}

/** The targets of a part's relationships, by id. */
export function readRelations(xml: string): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  for (const { name, attributes } of readXml(xml)) {
    if (name !== "Relationship") continue;
    targets.set(attributes["Id"] ?? "", attributes["Target"] ?? "");
  }
  return targets;
}

/** Where a part of a workbook is that goes by this name, unless the file calls it otherwise. */
function findPart(targets: ReadonlyMap<string, string>, name: string): string {
  return toPart([...targets.values()].find((target) => target.endsWith(name)) ?? name);
}

function toPart(target: string): string {
  return target.startsWith("/") ? target.slice(1) : `xl/${target}`;
}

function readStrings(xml: string): readonly string[] {
  const strings: string[] = [];
  let text = "";
  let inText = false;
  let inReading = false;
  for (const part of readXml(xml)) {
    // How Japanese is read, which stands above what is written.
    if (part.name === "rPh") inReading = !part.closes;
    else if (part.name === "t") inText = !part.closes && !inReading;
    else if (part.name === "si" && part.closes) {
      strings.push(fromEscaped(text));
      text = "";
    } else if (inText) text += part.text;
  }
  return strings;
}

/** Excel writes what XML cannot hold, such as a carriage return, as `_x000D_` (ECMA-376 22.9.2.19). */
function fromEscaped(text: string): string {
  if (!text.includes("_x")) return text;
  const plain = text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return plain.replace(/\r\n?/g, "\n");
}

interface Cells {
  readonly strings: readonly string[];
  readonly formats: readonly (string | undefined)[];
  readonly dates: DateSystem;
}

function readRows(xml: string, cells: Cells): string[] {
  const rows: string[] = [];
  let row: string[] = [];
  let attributes: Readonly<Record<string, string>> = {};
  let value = "";
  let inValue = false;
  let inReading = false;
  let unfolded = 0;
  for (const part of readXml(xml)) {
    if (unfolded > maxUnfolded) throw unfoldsToMore();
    if (part.name === "row" && !part.closes) {
      row = [];
      const number = Number(part.attributes["r"]);
      const before = rows.length;
      for (let gap = 0; rows.length < number - 1 && gap < maxGap; gap += 1) rows.push("");
      unfolded += rows.length - before;
    } else if (part.name === "row") rows.push(toCsvRow(row));
    else if (part.name === "c" && !part.closes) [attributes, value] = [part.attributes, ""];
    else if (part.name === "c") {
      const column = toColumn(attributes["r"]) ?? row.length;
      const before = row.length;
      while (row.length < column) row.push("");
      const text = toText(value, attributes, cells);
      row.push(text);
      unfolded += row.length - before + text.length;
    } else if (part.name === "rPh") inReading = !part.closes;
    else if (part.name === "v" || part.name === "t") inValue = !part.closes && !inReading;
    else if (inValue) value += part.text;
  }
  return rows;
}

function unfoldsToMore(): DriveError {
  return new DriveError(
    `The sheet has more than ${maxUnfolded.toLocaleString("en-US")} cells and characters.`,
    "Open its link, or download it with download_file_content.",
  );
}

/** The number of a column, from 0, in a reference such as `AB12`. */
function toColumn(reference = ""): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (letters === undefined) return undefined;
  const number = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return Math.min(number, maxColumns);
}

function toText(
  value: string,
  { t: type, s: style }: Readonly<Record<string, string>>,
  { strings, formats, dates }: Cells,
): string {
  if (type === "s") return strings[Number(value)] ?? "";
  if (type === "b") return value === "1" ? "TRUE" : "FALSE";
  if (type !== undefined && type !== "n") return fromEscaped(value);
  return toNumberText(value, formats[Number(style ?? 0)], dates);
}
