import { defineToolset, image, link, type Part, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import type { Entry } from "../api/files.ts";
import { toFileRef } from "../api/ids.ts";
import { defineTool } from "../context.ts";
import { readPart } from "../reading/reading.ts";
import { type Download, download } from "../transfer/download.ts";
import { fileId, transferMs } from "./fields.ts";

const readFileContent = defineTool({
  name: "read_file_content",
  title: "Read file content",
  description:
    "Reads a Google Doc or another file as text: Docs as Markdown, Sheets and Excel as CSV, Slides, Word, PowerPoint, PDF and text files as text, Drawings as a picture. A long file comes in parts: its last line names the offset of the next one.",
  effect: "read",
  input: z.object({
    file_id: fileId,
    sheet: z.string().optional().describe("Sheet to read, by name; by default the first one."),
    range: z.string().optional().describe("Cells of a Google sheet to read, such as A1:D20."),
    offset: z
      .int()
      .min(0)
      .default(0)
      .describe("Characters of a text, or rows of a sheet, to skip; by default 0."),
    limit: z
      .int()
      .min(1)
      .optional()
      .describe("Characters or rows to read at most; by default as many as fit."),
  }),
  output: z.void(),
  async run({ file_id, ...range }, { drive, room, signal }) {
    const options = { ...range, room: room(), signal };
    const read = await readPart(drive, toFileRef(file_id), options);
    const { entry, text: body, image: picture, why, note } = read;
    if (picture !== undefined) return reply(image(picture.bytes, picture.mimeType));
    if (body === undefined) return reply(toLink(entry, { description: why }));
    return reply(text(body), ...(note === "" ? [] : [text(note)]));
  },
});

const downloadFileContent = defineTool({
  name: "download_file_content",
  title: "Download file content",
  description:
    "Downloads a file such as a PDF: with path it is saved on this machine. Without path a text or picture up to 1 MB is shown, and any other file comes as a link. Google's documents become Office files unless another type is asked for.",
  effect: {
    least: "read",
    most: "write",
    of: ({ path }) => (path === undefined ? "read" : "write"),
  },
  additive: true,
  timeoutMs: transferMs,
  task: "optional",
  input: z.object({
    file_id: fileId,
    export_mime_type: z
      .string()
      .optional()
      .describe("Type to turn a Google document into, such as application/pdf or text/csv."),
    path: z
      .string()
      .optional()
      .describe("New local file to write, in a directory that --download-dirs allows."),
  }),
  output: z.void(),
  async run({ file_id, export_mime_type: exportType, path }, context) {
    const { drive, local, signal, progress } = context;
    const options = { exportType, path, room: context.room(), signal, progress };
    return reply(toPart(await download(drive, local, toFileRef(file_id), options)));
  },
});

function toPart({ entry, mimeType, size, text: body, path, picture, advice }: Download): Part {
  if (path !== undefined) return text(`Wrote ${size} bytes to ${path}.`);
  if (picture !== undefined) return image(picture.bytes, picture.mimeType);
  if (body !== undefined) return text(body);
  const exported = entry.exportLinks?.[mimeType];
  return toLink(entry, { mimeType, size, uri: exported, description: advice });
}

interface LinkFacts {
  readonly mimeType?: string;
  readonly size?: number;
  readonly uri?: string | undefined;
  readonly description: string | undefined;
}

/** A file as a link that a person can open; one without a page of its own is a resource. */
function toLink(entry: Entry, { description = "", ...facts }: LinkFacts): Part {
  const { id, name, webViewLink = `gdrive:///${id}` } = entry;
  const { mimeType = entry.mimeType, size = entry.size, uri = webViewLink } = facts;
  return link({ uri, name, mimeType, ...(size !== undefined && { size }), description });
}

export const read = defineToolset({
  name: "read",
  title: "Read",
  description: "Read files as text, and download them.",
  openWorld: true,
  tools: [readFileContent, downloadFileContent],
});
