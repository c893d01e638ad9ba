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
    slides.push(`## Slide ${slides.length + 1}\n\n${readParagraphs(zip.text(path), "\n")}`);
  }
  return slides.join("\n\n");
}

/** Reads the text of a Word file, paragraph by paragraph. */
export function readWord(bytes: Uint8Array): string {
  const zip = new Zip(bytes);
  const xml = zip.text(mainPart(zip));
  if (xml === "") throw damaged();
  return readParagraphs(xml, "\n\n");
}

/** A Word file may call its text by another name than usual. */
function mainPart(zip: Zip): string {
  const targets = [...readRelations(zip.text("_rels/.rels")).values()];
  const found = targets.find((target) => /^\/?word\/document\d*\.xml$/.test(target));
  return found?.replace(/^\//, "") ?? "word/document.xml";
}

/** The text of every paragraph; in Word's and PowerPoint's markup they go by the same names. */
function readParagraphs(xml: string, between: string): string {
  const paragraphs: string[] = [];
  let paragraph = "";
  let inText = false;
  let inFallback = false;
  for (const { name, closes, text } of readXml(xml)) {
    // It says again what stands beside it, for old programs.
    if (name === "Fallback") inFallback = !closes;
    else if (inFallback) continue;
    else if (name === "t") inText = !closes;
    else if (name === "tab" && closes) paragraph += "\t";
    else if (name === "br" && closes) paragraph += "\n";
    else if (name === "p" && closes) {
      if (paragraph.trim() !== "") paragraphs.push(paragraph);
      paragraph = "";
    } else if (inText) paragraph += text;
  }
  return paragraphs.join(between);
}

/** Reads the text of a PDF file, page by page. */
export async function readPdf(bytes: Uint8Array): Promise<string> {
  const unpdf = await loadUnpdf();
  try {
    // It would write warnings about the file to the terminal.
    const document = await unpdf.getDocumentProxy(bytes, { verbosity: 0 });
    const { text } = await unpdf.extractText(document, { mergePages: false });
    return text.map((page, index) => `## Page ${index + 1}\n\n${page}`).join("\n\n");
  } catch {
    throw damaged();
  }
}

/** Loads the package that a normal install does without. */
async function loadUnpdf() {
  try {
    return await import("unpdf");
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") {
      throw error;
    }
    throw new DriveError(
      "The text of PDF files needs the package unpdf, which is not installed.",
      "Whoever runs this server can start it with it: npx -y -p @fairlead/server-gdrive -p unpdf fairlead-server-gdrive. Until then open the link, or take the bytes with download_file_content.",
    );
  }
}

function damaged(): DriveError {
  return new DriveError(
    "The file is not what its type says, damaged, or protected by a password.",
    "Open its link, or download it with download_file_content.",
  );
}
