import { cursor } from "@fairlead/runtime";
import { z } from "zod";

export const repo = z
  .string()
  .describe("Repository: a directory in it, absolute or relative to the first allowed directory.");
export const page = cursor(z.int()).describe(
  "Cursor from the answer before, to get the next page; left out for the first.",
);
export const diffPage = cursor(
  z.object({ files: z.int().min(0), characters: z.int().min(0) }),
).describe("Cursor from the answer before, to get the next page; left out for the first.");
export const nextPage = cursor(z.int());

export const contextLines = z
  .int()
  .default(3)
  .describe("Unchanged lines to show around each change; 3 by default.");
export const statOnly = z
  .boolean()
  .optional()
  .describe("Only list the files with their counts of lines; false by default.");
export const onlyPaths = z
  .array(z.string())
  .optional()
  .describe('Only these files or directories, such as ["src/a.ts"]; all by default.');

/** Where the page after the kept part of this one begins, where pages are counted from the start. */
export function resumeAfter(
  { cursor: start = 0 }: { readonly cursor?: number | undefined },
  kept: number,
): number {
  return start + kept;
}

/** What joining histories answers with. */
export const joinedOutput = z.object({
  sha: z.string(),
  changed: z.boolean(),
  conflicts: z.array(z.string()),
});
