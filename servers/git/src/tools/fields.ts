import { cursor, cuttable } from "@fairlead/runtime";
import { z } from "zod";

export const repo = z.string().describe("Repository.");
export const page = cursor(z.int()).describe("next_cursor.");
export const nextPage = cursor(z.int());

export const contextLines = z.int().default(3).describe("Lines around changes.");
export const statOnly = z.boolean().optional().describe("Counts only.");
export const onlyPaths = z.array(z.string()).optional().describe("Only these.");

/** Where the page after the kept part of this one begins, where pages are counted from the start. */
export function resumeAfter(
  { cursor: start = 0 }: { readonly cursor?: number | undefined },
  kept: number,
): number {
  return start + kept;
}

/** What every comparison answers with. */
export const diffOutput = z.object({
  files: cuttable(
    z.array(
      z.object({
        path: z.string(),
        from: z.string().optional(),
        status: z.string(),
        added: z.int().optional(),
        deleted: z.int().optional(),
        patch: z.string().optional(),
      }),
    ),
  ),
  total_files: z.int(),
  next_cursor: nextPage,
});

/** What joining histories answers with. */
export const joinedOutput = z.object({
  sha: z.string(),
  changed: z.boolean(),
  conflicts: z.array(z.string()),
});
