import type { z } from "zod";

declare module "zod" {
  interface GlobalMeta {
    /** A page position: opaque and signed on the wire, the plain value inside the tool. */
    cursor?: boolean;
    /** The output budget may drop items from the end of this array. */
    cuttable?: boolean;
    /** Mirrored by clients into the HTTP header `Mcp-Param-<name>` (2026-07-28, x-mcp-header). */
    "x-mcp-header"?: string;
    /** Environment variable of a config key; by default `<SERVER>_<KEY>`. */
    env?: string;
    /** A config value that must appear in no answer, error or log. */
    secret?: boolean;
    /** A config key filled from the bare words of the command line. */
    positional?: boolean;
    /** What a config string names; directories and files must exist at start. */
    kind?: "directory" | "file" | "url" | "host";
    /** The optional toolset a boolean config key switches on. */
    enables?: string;
  }
}

/**
 * A page position. As an input field it hands `run` the position behind the cursor the client
 * sent; as an output field it takes a position and reaches the client signed. On the wire both
 * are strings that mean nothing to anyone else.
 *
 * @example
 * ```ts
 * import { cursor, cuttable } from "@fairlead/runtime";
 * import { z } from "zod";
 *
 * const input = z.object({ cursor: cursor(z.int()).describe("Cursor of the next page.") });
 * const output = z.object({ lines: cuttable(z.array(z.string())), next_cursor: cursor(z.int()) });
 * ```
 */
export function cursor<P extends z.ZodType>(position: P) {
  return position.optional().meta({ cursor: true });
}

/**
 * An output array the budget may shorten; pair it with a `cursor` field and the tool's `resume`.
 *
 * @example
 * ```ts
 * import { cuttable } from "@fairlead/runtime";
 * import { z } from "zod";
 *
 * const output = z.object({ files: cuttable(z.array(z.string())) });
 * ```
 */
export function cuttable<E extends z.ZodType>(items: z.ZodArray<E>): z.ZodArray<E> {
  return items.meta({ cuttable: true });
}
