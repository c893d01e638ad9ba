import { cursor } from "@fairlead/runtime";
import { z } from "zod";

export const fileId = z
  .string()
  .describe("The file: its id as search shows it, or its link as the browser shows it.");
export const folderId = z
  .string()
  .describe("The folder: its id as search shows it, or its link as the browser shows it.");

/** Milliseconds a call may take that carries whole files. */
export const transferMs = 60 * 60_000;

/** A page position of any of Drive's lists. */
export const position = z.object({ token: z.string().optional(), skip: z.int() });
export const page = cursor(position).describe(
  "next_cursor of the answer before, for the page after it. Without it the first page comes.",
);

export function pageSize(most: number, usual: number) {
  return z
    .int()
    .min(1)
    .max(most)
    .default(usual)
    .describe(`Entries of a page: 1 to ${most}, by default ${usual}.`);
}

/** A file as lists show it. */
export const fileRow = z.object({
  id: z.string(),
  name: z.string(),
  mimeType: z.string(),
  modifiedTime: z.string().optional(),
  size: z.int().optional(),
  webViewLink: z.string().optional(),
});
