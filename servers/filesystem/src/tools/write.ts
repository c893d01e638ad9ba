import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { showName } from "../names.ts";
import type { Sides } from "../write/diff-lines.ts";
import { editFile } from "../write/editor.ts";
import { copyFile, moveFile } from "../write/transfer.ts";
import { appendContent, createFolder, writeContent } from "../write/writer.ts";
import { toCaller } from "./caller.ts";
import { encoding } from "./fields.ts";

const file = z
  .string()
  .describe("File: an absolute path, or one relative to the first allowed directory.");
const expected = z
  .string()
  .optional()
  .describe(
    "SHA-256 in hex that the file must still have, else nothing is changed; get_file_info gives it.",
  );
const overwrite = z
  .boolean()
  .optional()
  .describe("Replace a file that is already there; by default that is an error.");

/** Those who guard one change by a hash need the next one. */
function toHashLine(expectedHash: string | undefined, hash: string): string {
  return expectedHash === undefined ? "" : `\n[New SHA-256: ${hash}]`;
}

const writeFile = defineTool({
  name: "write_file",
  title: "Write file",
  description:
    "Create a new file, or replace the whole content of an existing one. To change a part use edit_file, to add at the end append_file.",
  effect: "write",
  idempotent: true,
  input: z.object({
    path: file,
    content: z.string().describe("The whole new content of the file."),
    encoding: z
      .enum(["utf8", "base64"])
      .optional()
      .describe("How content is given: `utf8` (text, the default) or `base64` (bytes)."),
    expected_sha256: expected,
    create_only: z
      .boolean()
      .optional()
      .describe("Fail if the file exists already; false by default."),
  }),
  output: z.string(),
  async run({ path, content, encoding: form, expected_sha256, create_only }, { guard }) {
    const options = { encoding: form, expectedSha256: expected_sha256, createOnly: create_only };
    const { sha256 } = await writeContent(guard, path, content, options);
    return `Successfully wrote to ${showName(path)}${toHashLine(expected_sha256, sha256)}`;
  },
});

const addToFile = defineTool({
  name: "append_file",
  title: "Append to file",
  description:
    "Add text to the end of a file, in the file's encoding and line ends. The file is created if it does not exist.",
  effect: "write",
  additive: true,
  input: z.object({
    path: file,
    content: z.string().describe("Text to add, with its line ends."),
    encoding,
  }),
  output: z.string(),
  async run({ path, content, encoding: declared }, { guard }) {
    const { bytes, created } = await appendContent(guard, path, content, declared);
    const news = created ? " (the file is new)" : "";
    return `Successfully appended ${bytes} bytes to ${showName(path)}${news}`;
  },
});

const changeFile = defineTool({
  name: "edit_file",
  title: "Edit file",
  description:
    "Edit a text file: replace some text by other text, everything else stays. Returns the change as a diff. Each oldText must occur exactly once.",
  effect: "write",
  input: z.object({
    path: file,
    edits: z
      .array(
        z.object({
          oldText: z
            .string()
            .describe("Text to replace, exactly as it is in the file, with enough around it."),
          newText: z.string().describe("Text to put in its place; empty to delete it."),
          replaceAll: z
            .boolean()
            .optional()
            .describe("Replace every occurrence instead of exactly one; false by default."),
        }),
      )
      .describe("Replacements to make, one after the other; at most 1,000."),
    dryRun: z.boolean().optional().describe("Show the diff and change nothing; false by default."),
    expected_sha256: expected,
    encoding,
  }),
  output: z.string(),
  async run({ path, edits, dryRun, expected_sha256, encoding: declared }, context) {
    const { guard, searches, signal } = context;
    const longDiff = (sides: Sides) => searches.diff(sides, toCaller(context));
    const asked = { dryRun, expectedSha256: expected_sha256, encoding: declared };
    const options = { ...asked, longDiff, signal };
    const { diff, sha256 } = await editFile(guard, path, edits, options);
    return `${diff}${toHashLine(expected_sha256, sha256)}`;
  },
});

const makeDirectory = defineTool({
  name: "create_directory",
  title: "Create directory",
  description:
    "Make a new folder, with the folders above it if they are missing. One that exists already is left as it is.",
  effect: "write",
  additive: true,
  idempotent: true,
  input: z.object({ path: z.string().describe("Directory to create, such as `src/new/deep`.") }),
  output: z.string(),
  async run({ path }, { guard }) {
    await createFolder(guard, path);
    return `Successfully created directory ${showName(path)}`;
  },
});

const moveEntry = defineTool({
  name: "move_file",
  title: "Move file",
  description: "Move or rename a file or a directory. Fails if the destination exists already.",
  effect: "write",
  input: z.object({
    source: z.string().describe("Path of the file or directory to move."),
    destination: z.string().describe("New path, with the new name at its end."),
    overwrite,
  }),
  output: z.string(),
  async run({ source, destination, ...options }, { guard, signal }) {
    await moveFile(guard, source, destination, { ...options, signal });
    return `Successfully moved ${showName(source)} to ${showName(destination)}`;
  },
});

const copyEntry = defineTool({
  name: "copy_file",
  title: "Copy file",
  description: "Copy a file, or a directory with everything in it, to another place.",
  effect: "write",
  input: z.object({
    source: z.string().describe("Path of the file or directory to copy."),
    destination: z.string().describe("Path of the copy, with its name at the end."),
    overwrite,
  }),
  output: z.string(),
  async run({ source, destination, ...options }, { guard, signal }) {
    const { files, skipped } = await copyFile(guard, source, destination, { ...options, signal });
    const count = `${files} files, ${skipped} skipped`;
    return `Successfully copied ${showName(source)} to ${showName(destination)} (${count})`;
  },
});

export const write = defineToolset({
  name: "write",
  title: "Write",
  description: "Create, edit, move and copy files.",
  tools: [writeFile, addToFile, changeFile, makeDirectory, moveEntry, copyEntry],
});
