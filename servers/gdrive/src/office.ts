import { DriveError } from "./errors.ts";
import { readRelations } from "./spreadsheet.ts";
import { readXml } from "./xml.ts";
import { Zip } from "./zip.ts";

/** Reads the text of a PowerPoint file, slide by slide in the order they are shown. */
export function readPowerPoint(bytes: Uint8Array): string {
  const zip = new Zip(bytes);
  const targets = readRelations(zip.text("ppt/_rels/presentation.xml.rels"));
  const slides: string[] = [];
  for (const { name, closes, attributes } of readXml(zip.text("ppt/presentation.xml"))) {
    if (name !== "sldId" || closes) continue;
    const target = targets.get(attributes["r:id"] ?? "") ?? "";
    const path = target.startsWith("/") ? target.slice(1) : `ppt/${target}`;
    slides.push(`## Slide ${slides.length + 1}\n\n${readSlide(zip.text(path))}`);
  }
  return slides.join("\n\n");
}

function readSlide(xml: string): string {
  const lines: string[] = [];
  let line = "";
  let inText = false;
  for (const part of readXml(xml)) {
    if (part.name === "t") inText = !part.closes;
    else if (part.name === "br" && part.closes) line += "\n";
    else if (part.name === "p" && part.closes) {
      if (line.trim() !== "") lines.push(line);
      line = "";
    } else if (inText) line += part.text;
  }
  return lines.join("\n");
}

/** Reads the text of a Word file, paragraph by paragraph. */
export async function readWord(bytes: Uint8Array): Promise<string> {
  const { default: mammoth } = await load("mammoth", "Word files", () => import("mammoth"));
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return (await mammoth.extractRawText({ buffer })).value;
  } catch {
    throw damaged();
  }
}

/** Reads the text of a PDF file, page by page. */
export async function readPdf(bytes: Uint8Array): Promise<string> {
  const unpdf = await load("unpdf", "PDF files", () => import("unpdf"));
  try {
    // It would write warnings about the file to the terminal.
    const document = await unpdf.getDocumentProxy(bytes, { verbosity: 0 });
    const { text } = await unpdf.extractText(document, { mergePages: false });
    return text.map((page, index) => `## Page ${index + 1}\n\n${page}`).join("\n\n");
  } catch {
    throw damaged();
  }
}

/** Loads a package that a normal install does without. */
async function load<T>(name: string, what: string, importIt: () => Promise<T>): Promise<T> {
  try {
    return await importIt();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") {
      throw error;
    }
    throw new DriveError(
      `The text of ${what} needs the package ${name}, which is not installed.`,
      `Whoever runs this server can start it with it: npx -y -p @fairlead/server-gdrive -p ${name} fairlead-server-gdrive. Until then open the link, or take the bytes with download_file_content.`,
    );
  }
}

function damaged(): DriveError {
  return new DriveError(
    "The file is not what its type says, damaged, or protected by a password.",
    "Open its link, or download it with download_file_content.",
  );
}
