import { type ListPlace, type Numbering, toLevel } from "./word-lists.ts";
import { attributeOf, readXml, type XmlPart } from "./xml.ts";

export type NoteKind = "footnote" | "endnote" | "comment";
const noteKinds: readonly NoteKind[] = ["footnote", "endnote", "comment"];

/** A text of a Word file: its own, or one in the margins or in notes. */
export interface Story {
  /** Paragraphs and tables. */
  readonly blocks: readonly string[];
  /** The ids of notes it refers to, in order, by their kind. */
  readonly notes: ReadonlyMap<NoteKind, readonly string[]>;
  /** The relations of headers and footers. */
  readonly headers: readonly string[];
  readonly footers: readonly string[];
  /** Of a file of notes the text of each, by its id. */
  readonly parts: ReadonlyMap<string, string>;
}

/** Columns a cell may stand for: Word has no more. */
const maxSpan = 63;
/** What is there twice or not to be seen: for old programs, moved away, deleted. */
const unseen = ["Fallback", "moveFrom", "del"];
/** Elements that stand for a sign. */
const signs: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ tab: "\t", br: "\n", cr: "\n", noBreakHyphen: "\u2011" },
  }),
);

/** What is gathered until its element closes. */
interface Frame {
  readonly blocks: string[];
}

interface Paragraph {
  text: string;
  place: ListPlace | undefined;
  list: string | undefined;
  level: string | undefined;
  hidden: boolean;
}

/**
 * Reads one XML part of Word's, or a slide of PowerPoint's, whose text goes by the same names. What
 * is in a text box comes before the paragraph it is anchored in.
 */
export function readStory(xml: string, numbering: Numbering): Story {
  const reader = new StoryReader(numbering);
  for (const part of readXml(xml)) reader.read(part);
  return reader.story;
}

class StoryReader {
  readonly #numbering: Numbering;
  readonly #notes = new Map<NoteKind, string[]>();
  readonly #headers: string[] = [];
  readonly #footers: string[] = [];
  readonly #parts = new Map<string, string>();
  readonly #frames: Frame[] = [{ blocks: [] }];
  readonly #rows: string[][] = [];
  readonly #paragraphs: Paragraph[] = [];
  #unseen = 0;
  #inText = false;
  #span = 1;
  #noteId = "";

  constructor(numbering: Numbering) {
    this.#numbering = numbering;
  }

  get story(): Story {
    return {
      blocks: this.#frames[0]?.blocks ?? [],
      notes: this.#notes,
      headers: this.#headers,
      footers: this.#footers,
      parts: this.#parts,
    };
  }

  read(part: XmlPart): void {
    const { name, closes } = part;
    if (unseen.includes(name)) this.#unseen += closes ? -1 : 1;
    else if (this.#unseen > 0) return;
    else if (name === "") this.#addText(part.text);
    else if (closes) this.#close(name);
    else this.#open(part);
  }

  #addText(text: string): void {
    const paragraph = this.#paragraphs.at(-1);
    if (this.#inText && paragraph !== undefined && !paragraph.hidden) paragraph.text += text;
  }

  #open({ name, attributes }: XmlPart): void {
    const paragraph = this.#paragraphs.at(-1);
    const value = attributeOf(attributes, "val");
    if (name === "p") {
      const none = { place: undefined, list: undefined, level: undefined };
      this.#paragraphs.push({ text: "", ...none, hidden: false });
    } else if (name === "t") this.#inText = true;
    else if (name === "tbl" || name === "tc") {
      this.#frames.push({ blocks: [] });
      this.#span = 1;
    } else if (name === "tr") this.#rows.push([]);
    else if (name === "gridSpan") this.#span = Math.min(Math.max(Number(value) || 1, 1), maxSpan);
    else if (name === "headerReference") this.#headers.push(attributeOf(attributes, "id"));
    else if (name === "footerReference") this.#footers.push(attributeOf(attributes, "id"));
    else if (noteKinds.some((kind) => kind === name)) {
      this.#noteId = attributeOf(attributes, "id");
      this.#frames.push({ blocks: [] });
    } else if (paragraph !== undefined) this.#openInline(paragraph, name, attributes);
  }

  #openInline(paragraph: Paragraph, name: string, attributes: XmlPart["attributes"]): void {
    const value = attributeOf(attributes, "val");
    const kind = noteKinds.find((one) => name === `${one}Reference`);
    if (kind !== undefined) paragraph.text += this.#refer(kind, attributeOf(attributes, "id"));
    else if (name === "pStyle") paragraph.place = this.#numbering.placeOf(value);
    else if (name === "numId") paragraph.list = value;
    else if (name === "ilvl") paragraph.level = value;
    else if (name === "r") paragraph.hidden = false;
    else if (name === "vanish") paragraph.hidden = !["0", "false", "off"].includes(value);
    else if (!paragraph.hidden && attributeOf(attributes, "pos") === "") {
      paragraph.text += signs.get(name) ?? "";
    }
  }

  #close(name: string): void {
    if (name === "t") this.#inText = false;
    else if (name === "p") this.#closeParagraph();
    else if (name === "tc") {
      const { blocks } = this.#frames.pop() ?? { blocks: [] };
      const cell = blocks.join(" / ").replace(/\s*\n\s*/g, " / ");
      this.#rows.at(-1)?.push(cell, ...Array.from({ length: this.#span - 1 }, () => ""));
      this.#span = 1;
    } else if (name === "tr") {
      const row = this.#rows.pop() ?? [];
      this.#frames.at(-1)?.blocks.push(`| ${row.join(" | ")} |`);
    } else if (name === "tbl") {
      const { blocks } = this.#frames.pop() ?? { blocks: [] };
      this.#frames.at(-1)?.blocks.push(blocks.join("\n"));
    } else if (noteKinds.some((kind) => kind === name)) {
      const { blocks } = this.#frames.pop() ?? { blocks: [] };
      this.#parts.set(this.#noteId, blocks.join("\n"));
    }
  }

  #closeParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    if (paragraph === undefined || paragraph.text.trim() === "") return;
    const { text, place, list = place?.list ?? "0", level } = paragraph;
    const at = level === undefined ? (place?.level ?? 0) : toLevel(level);
    const label = list === "0" ? "" : this.#numbering.next({ list, level: at });
    const indent = list === "0" ? "" : "  ".repeat(at);
    const shown = label === "" ? text : `${indent}${label} ${text}`;
    this.#frames.at(-1)?.blocks.push(shown);
  }

  /** The mark of a note, by how many of its kind came before. */
  #refer(kind: NoteKind, id: string): string {
    const ids = this.#notes.get(kind) ?? [];
    this.#notes.set(kind, ids);
    if (!ids.includes(id)) ids.push(id);
    return `[^${toMark(kind, ids.indexOf(id))}]`;
  }
}

/** A note's mark in the text and before the note. */
export function toMark(kind: NoteKind, at: number): string {
  const prefix = { footnote: "", endnote: "e", comment: "c" }[kind];
  return `${prefix}${at + 1}`;
}
