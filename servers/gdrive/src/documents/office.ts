import { isNotInstalled } from "@fairlead/guard";
import { DriveError, damaged } from "../errors.ts";
import { readRelations } from "./spreadsheet.ts";
import { readNumbering } from "./word-lists.ts";
import { readStory } from "./word-story.ts";
import { readXml } from "./xml.ts";
import { Zip } from "./zip.ts";

const unnumbered = readNumbering("", "");

/** Reads the text of a PowerPoint file, slide by slide in the order they are shown. */
export function readPowerPoint(bytes: Uint8Array): string {
  const zip = new Zip(bytes);
  const targets = readRelations(zip.text("ppt/_rels/presentation.xml.rels"));
  const slides: string[] = [];
  for (const { name, closes, attributes } of readXml(zip.text("ppt/presentation.xml"))) {
    if (name !== "sldId" || closes) continue;
    const target = targets.get(attributes["r:id"] ?? "") ?? "";
    const path = target.startsWith("/") ? target.slice(1) : `ppt/${target}`;
    slides.push(
      `## Slide ${slides.length + 1}\n\n${readStory(zip.text(path), unnumbered).blocks.join("\n")}`,
    );
  }
  return slides.join("\n\n");
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
    if (!isNotInstalled(error, "unpdf")) throw error;
    throw new DriveError(
      "The text of PDF files needs the package unpdf, which is not installed.",
      "The person who runs this server can start it with it: npx -y -p @fairlead/server-gdrive -p unpdf fairlead-server-gdrive. Until then open the link, or take the bytes with download_file_content.",
    );
  }
}
