import { audio, defineToolset, image, link, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { showName } from "../names.ts";
import { readMedia } from "../read/media.ts";
import { joinSeveral, readSeveral } from "../read/several-files.ts";
import type { TextsQuery } from "../read/small-texts.ts";
import { readText } from "../read/text-reader.ts";
import { diffFiles } from "../write/diff.ts";
import type { Sides } from "../write/diff-lines.ts";
import { toCaller } from "./caller.ts";
import { encoding } from "./fields.ts";

/** Characters kept free for what is said besides the text. */
const reserve = 300;

const readTextFile = defineTool({
  name: "read_text_file",
  title: "Read text file",
  description:
    "Read the contents of one text file, or some of its lines; any size and encoding. A file that does not fit stops early and names the offset to go on with. For several files use read_multiple_files, for pictures read_media_file.",
  effect: "read",
  input: z.object({
    path: z
      .string()
      .describe("File to read: an absolute path, or one relative to the first allowed directory."),
    head: z.int().optional().describe("Return only this many lines from the start."),
    tail: z.int().optional().describe("Return only this many lines from the end."),
    offset: z.int().optional().describe("Line to start at, counted from 1; the first by default."),
    limit: z.int().optional().describe("How many lines to return; all that fit by default."),
    column: z
      .int()
      .optional()
      .describe("Character of that line to start at, counted from 1, to go on in a long line."),
    line_numbers: z
      .boolean()
      .optional()
      .describe("Put the number of each line before it; false by default."),
    encoding,
  }),
  output: z.void(),
  async run({ path, line_numbers: lineNumbers, ...range }, { guard, room, signal }) {
    const limits = { room: room(reserve), signal };
    const found = await readText(guard, path, { ...range, lineNumbers }, limits);
    return reply(text(found.text), ...(found.note === undefined ? [] : [text(found.note)]));
  },
});

const readFile = defineTool({
  ...readTextFile,
  name: "read_file",
  title: "Read file",
  description: "Former name of read_text_file, kept for old prompts. Use read_text_file instead.",
  listed: false,
});

const readMediaFile = defineTool({
  name: "read_media_file",
  title: "Read media file",
  description:
    "Look at an image (PNG, JPEG, GIF, WebP) or listen to a sound on disk. Any other file, and one above 1 MB, is answered with a link and what it is.",
  effect: "read",
  input: z.object({ path: z.string().describe("Image, sound or other file to show.") }),
  output: z.void(),
  async run({ path }, { guard }) {
    const { kind, type, uri, size, bytes, path: name } = await readMedia(guard, path);
    if (kind === "image") return reply(image(bytes, type));
    if (kind === "audio") return reply(audio(bytes, type));
    return reply(link({ uri, name: showName(name), mimeType: type, size }));
  },
});

const readMultipleFiles = defineTool({
  name: "read_multiple_files",
  title: "Read multiple files",
  description:
    "Read the contents of several text files at once, each under its path. A file that cannot be read shows its error and does not stop the others.",
  effect: "read",
  input: z.object({
    paths: z
      .array(z.string())
      .describe('Files to read, at most 500, such as ["a.ts", "src/b.ts"].'),
  }),
  output: z.string(),
  async run({ paths }, context) {
    const { guard, searches, signal } = context;
    const readAhead = (query: TextsQuery) => searches.texts(guard, query, toCaller(context));
    const limits = { room: context.room(reserve), signal, readAhead };
    return joinSeveral(await readSeveral(guard, paths, limits));
  },
});

const compareFiles = defineTool({
  name: "diff_files",
  title: "Diff files",
  description: "Compare two text files and show how they differ, as a unified diff.",
  effect: "read",
  input: z.object({
    a: z.string().describe("Path of the old version of the file."),
    b: z.string().describe("Path of the new version of the file."),
    contextLines: z
      .int()
      .optional()
      .describe("Unchanged lines to show around each change; 3 by default."),
  }),
  output: z.string(),
  async run({ a, b, contextLines = 3 }, context) {
    const long = (sides: Sides) => context.searches.diff(sides, toCaller(context));
    const options = { contextLines, long };
    const { diff, added, removed } = await diffFiles(context.guard, a, b, options);
    if (diff === undefined) return "The files are identical.";
    return `${diff}\n[${added} lines added, ${removed} removed.]`;
  },
});

export const read = defineToolset({
  name: "read",
  title: "Read",
  description: "Read and compare files.",
  tools: [readTextFile, readFile, readMediaFile, readMultipleFiles, compareFiles],
});
