import type { DoorRefusal } from "@fairlead/operate/audit";
import { longestName, shorten } from "./request-line.ts";

/** An HTTP request that was refused before a message in it was read. */
export interface RefusedRequest extends DoorRefusal {
  readonly method: string;
  /** Without its query, which may hold what nobody should read. */
  readonly path: string;
}

/**
 * A refused request as one line of the log: what the client sent shortened, of the reason its first
 * sentence.
 *
 * @example
 * ```ts
 * import { toRefusalLine } from "@fairlead/runtime/serve";
 *
 * toRefusalLine({ method: "GET", path: "/mcp", status: 405, reason: "GET is not answered here." });
 * // "GET /mcp: 405 GET is not answered here."
 * ```
 */
export function toRefusalLine({
  method,
  path,
  status,
  reason,
}: Omit<RefusedRequest, "by">): string {
  const [sentence = reason] = /^.*?\.(?=\s|$)/s.exec(reason) ?? [];
  return `${method} ${shorten(path, longestName)}: ${status} ${shorten(sentence, longestName)}`;
}
