import { audio, defineToolset, embedded, image, link, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { diffFiles } from "../diff.ts";
import { type MediaRead, readMedia } from "../media.ts";
import { joinSeveral, readSeveral } from "../several-files.ts";
import { readText } from "../text-reader.ts";

/** Characters kept free for what is said beside the text. */
const reserve = 300;

const textInput = z.object({
  path: z.string().describe("File."),
  head: z.int().optional().describe("First N lines only."),
  tail: z.int().optional().describe("Last N lines only."),
  offset: z.int().optional().describe("First line, from 1."),
  limit: z.int().optional().describe("Number of lines."),
  line_numbers: z.boolean().optional().describe("Number lines."),
});

const textOutput = z.object({
  encoding: z.string(),
  total_lines: z.int().optional(),
  truncated: z.boolean(),
  next_offset: z.int().optional(),
  sha256: z.string().optional(),
});

const readTextFile = defineTool({
  name: "read_text_file",
  title: "Read text file",
  description:
    "Reads a text file or some of its lines. A long text stops early and names the next offset.",
  effect: "read",
  input: textInput,
  output: textOutput,
  async run({ path, line_numbers: lineNumbers, ...range }, { guard, budget, signal }) {
    const limits = { budget: budget - reserve, signal };
    const found = await readText(guard, path, { ...range, lineNumbers }, limits);
    const metadata = {
      encoding: found.encoding,
      total_lines: found.totalLines,
      truncated: found.truncated,
      next_offset: found.nextOffset,
      sha256: found.sha256,
    };
    const notes = found.note === undefined ? [] : [text(found.note)];
    return reply(metadata, text(found.text), ...notes);
  },
});

const readFile = defineTool({
  ...readTextFile,
  name: "read_file",
  title: "Read file",
  description: "Former name of read_text_file.",
  listed: false,
});

const readMediaFile = defineTool({
  name: "read_media_file",
  title: "Read media file",
  description: "Returns an image, a sound or any other file as bytes; above 1 MB a link to it.",
  effect: "read",
  input: z.object({ path: z.string().describe("File.") }),
  output: z.object({ mime_type: z.string(), size: z.int() }),
  async run({ path }, { guard }) {
    const found = await readMedia(guard, path);
    const metadata = { mime_type: found.type, size: found.size };
    return reply(metadata, toPart(found));
  },
});

function toPart({ uri, path, type, size, bytes }: MediaRead) {
  if (bytes === undefined) return link({ uri, name: path, mimeType: type, size });
  if (type.startsWith("image/")) return image(bytes, type);
  return type.startsWith("audio/") ? audio(bytes, type) : embedded(uri, bytes, type);
}

const readMultipleFiles = defineTool({
  name: "read_multiple_files",
  title: "Read multiple files",
  description:
    "Reads several text files, each under its path; one that fails does not stop the others.",
  effect: "read",
  input: z.object({ paths: z.array(z.string()).describe("Up to 50 files.") }),
  output: z.object({
    files: z.array(
      z.object({
        path: z.string(),
        error: z.string().optional(),
        next_offset: z.int().optional(),
      }),
    ),
  }),
  async run({ paths }, { guard, budget, signal }) {
    const results = await readSeveral(guard, paths, { budget: budget - reserve, signal });
    const files = results.map(({ path, read, error }) => ({
      path,
      error,
      next_offset: read?.nextOffset,
    }));
    return reply({ files }, text(joinSeveral(results)));
  },
});

const compareFiles = defineTool({
  name: "diff_files",
  title: "Diff files",
  description: "Returns the unified diff of two text files.",
  effect: "read",
  input: z.object({
    a: z.string().describe("Old file."),
    b: z.string().describe("New file."),
    contextLines: z.int().optional().describe("Lines around."),
  }),
  output: z.object({ added: z.int(), removed: z.int() }),
  async run({ a, b, contextLines = 3 }, { guard }) {
    const { diff, ...counts } = await diffFiles(guard, a, b, contextLines);
    return reply(counts, text(diff ?? "The files are identical."));
  },
});

export const read = defineToolset({
  name: "read",
  title: "Read",
  description: "Read and compare files.",
  tools: [readTextFile, readFile, readMediaFile, readMultipleFiles, compareFiles],
});
