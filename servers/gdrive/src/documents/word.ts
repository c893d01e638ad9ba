import { damaged } from "../errors.ts";
import { readRelations } from "./spreadsheet.ts";
import { type Numbering, readNumbering } from "./word-lists.ts";
import { type NoteKind, readStory, toMark } from "./word-story.ts";
import type { Zip } from "./zip.ts";

const folder = "word/";

/**
 * Reads the text of a Word file as Word shows it: headers first, then paragraphs with the numbers of
 * their lists and tables row by row, then footers and the notes.
 */
export function readWord(zip: Zip): string {
  const main = findMain(zip);
  const xml = zip.text(main);
  if (xml === "") throw damaged();
  const numbering = readNumbering(
    zip.text(`${folder}numbering.xml`),
    zip.text(`${folder}styles.xml`),
  );
  const story = readStory(xml, numbering);
  const targets = readRelations(zip.text(main.replace(/([^/]+)$/, "_rels/$1.rels")));
  const margins = (ids: readonly string[]) =>
    readMargins(
      zip,
      ids.map((id) => targets.get(id)),
      numbering,
    );
  const notes = [...story.notes].map(([kind, ids]) => readNotes(zip, { kind, ids }, numbering));
  const parts = [
    margins(story.headers),
    story.blocks.join("\n\n"),
    margins(story.footers),
    ...notes,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** A Word file may call its text by another name than usual. */
function findMain(zip: Zip): string {
  const targets = [...readRelations(zip.text("_rels/.rels")).values()];
  const found = targets.find((target) => /^\/?word\/document\d*\.xml$/.test(target));
  return found?.replace(/^\//, "") ?? `${folder}document.xml`;
}

/** What stands above or below the pages, once each. */
function readMargins(
  zip: Zip,
  targets: readonly (string | undefined)[],
  numbering: Numbering,
): string {
  const texts = targets.map((target = "") => {
    const path = target.startsWith("/") ? target.slice(1) : `${folder}${target}`;
    return readStory(zip.text(path), numbering).blocks.join("\n\n");
  });
  return [...new Set(texts)].filter((text) => text !== "").join("\n\n");
}

interface Notes {
  readonly kind: NoteKind;
  readonly ids: readonly string[];
}

/** The notes of one kind, in the order the text refers to them. */
function readNotes(zip: Zip, { kind, ids }: Notes, numbering: Numbering): string {
  const { parts } = readStory(zip.text(`${folder}${kind}s.xml`), numbering);
  const lines = ids.map((id, at) => `[^${toMark(kind, at)}]: ${toLine(parts.get(id))}`);
  return lines.join("\n");
}

function toLine(text = ""): string {
  return text.replace(/\n+/g, " ").trim();
}
