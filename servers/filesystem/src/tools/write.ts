import { defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { editFile } from "../editor.ts";
import { copyFile, moveFile } from "../transfer.ts";
import { appendContent, createFolder, writeContent } from "../writer.ts";

const file = z.string().describe("File.");
const expected = z.string().optional().describe("Fail on another SHA-256.");
const overwrite = z.boolean().optional().describe("Replace what is there.");

const writeFile = defineTool({
  name: "write_file",
  title: "Write file",
  description: "Creates a file or replaces its whole content. For small changes use edit_file.",
  effect: "write",
  idempotent: true,
  input: z.object({
    path: file,
    content: z.string().describe("The whole content."),
    encoding: z.enum(["utf8", "base64"]).optional().describe("Of content."),
    expected_sha256: expected,
    create_only: z.boolean().optional().describe("Fail if the file exists."),
  }),
  output: z.object({ created: z.boolean(), sha256: z.string() }),
  async run({ path, content, encoding, expected_sha256, create_only }, { guard }) {
    const options = { encoding, expectedSha256: expected_sha256, createOnly: create_only };
    const written = await writeContent(guard, path, content, options);
    return reply(written, text(`Successfully wrote to ${path}`));
  },
});

const addToFile = defineTool({
  name: "append_file",
  title: "Append to file",
  description: "Adds text to the end of a file; creates the file if it is missing.",
  effect: "write",
  additive: true,
  input: z.object({ path: file, content: z.string().describe("Text to add.") }),
  output: z.object({ bytes: z.int(), created: z.boolean() }),
  async run({ path, content }, { guard }) {
    const written = await appendContent(guard, path, content);
    return reply(written, text(`Successfully appended ${written.bytes} bytes to ${path}`));
  },
});

const changeFile = defineTool({
  name: "edit_file",
  title: "Edit file",
  description: "Replaces text in a file and returns a diff. Each oldText must occur exactly once.",
  effect: "write",
  input: z.object({
    path: file,
    edits: z
      .array(
        z.object({
          oldText: z.string().describe("Present text."),
          newText: z.string().describe("Text instead."),
          replaceAll: z.boolean().optional().describe("Every occurrence."),
        }),
      )
      .describe("In order."),
    dryRun: z.boolean().optional().describe("Only show the diff."),
    expected_sha256: expected,
  }),
  output: z.object({ replacements: z.int(), sha256: z.string() }),
  async run({ path, edits, dryRun, expected_sha256 }, { guard }) {
    const options = { dryRun, expectedSha256: expected_sha256 };
    const { diff, ...summary } = await editFile(guard, path, edits, options);
    return reply(summary, text(diff));
  },
});

const makeDirectory = defineTool({
  name: "create_directory",
  title: "Create directory",
  description: "Creates a directory and its parents, if missing.",
  effect: "write",
  additive: true,
  idempotent: true,
  input: z.object({ path: z.string().describe("Directory.") }),
  output: z.object({ created: z.boolean() }),
  async run({ path }, { guard }) {
    const created = await createFolder(guard, path);
    return reply({ created }, text(`Successfully created directory ${path}`));
  },
});

const moveEntry = defineTool({
  name: "move_file",
  title: "Move file",
  description: "Moves or renames a file or directory. Fails if the destination exists.",
  effect: "write",
  input: z.object({
    source: z.string().describe("What to move."),
    destination: z.string().describe("Its new path."),
    overwrite,
  }),
  output: z.object({ path: z.string() }),
  async run({ source, destination, ...options }, { guard, signal }) {
    const path = await moveFile(guard, source, destination, { ...options, signal });
    return reply({ path }, text(`Successfully moved ${source} to ${destination}`));
  },
});

const copyEntry = defineTool({
  name: "copy_file",
  title: "Copy file",
  description: "Copies a file, or a directory with everything in it.",
  effect: "write",
  input: z.object({
    source: z.string().describe("What to copy."),
    destination: z.string().describe("Path of the copy."),
    overwrite,
  }),
  output: z.object({ files: z.int(), skipped: z.int() }),
  async run({ source, destination, ...options }, { guard, signal }) {
    const copied = await copyFile(guard, source, destination, { ...options, signal });
    const { files, skipped } = copied;
    const count = `${files} files, ${skipped} skipped`;
    return reply(copied, text(`Successfully copied ${source} to ${destination} (${count})`));
  },
});

export const write = defineToolset({
  name: "write",
  title: "Write",
  description: "Create, edit, move and copy files.",
  tools: [writeFile, addToFile, changeFile, makeDirectory, moveEntry, copyEntry],
});
