import { z } from "zod";

/** Input fields that several tools share, with the same words everywhere. */
export const pageId = z.string().optional().describe("Page; default: current.");
export const target = z.string().describe("CSS selector or ref.");
export const includeSnapshot = z.boolean().optional().describe("Answer with a snapshot too.");
