import { z } from "zod";

export const fileId = z.string().describe("File id or link.");
export const folderId = z.string().describe("Folder id or link.");

/** Milliseconds a call may take that carries whole files. */
export const transferMs = 60 * 60_000;

/** A page position of any of Drive's lists. */
export const position = z.object({ token: z.string().optional(), skip: z.int() });

export function pageSize(most: number, usual: number) {
  return z.int().min(1).max(most).default(usual).describe("Most items.");
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
