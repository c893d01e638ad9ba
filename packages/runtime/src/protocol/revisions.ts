/** The stateless revision: no handshake, an envelope in every request. */
export const modernRevision = "2026-07-28";

/** The handshake revisions, newest first; the first is what an unknown version is answered with. */
export const legacyRevisions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

export type LegacyRevision = (typeof legacyRevisions)[number];

export function isLegacyRevision(version: unknown): version is LegacyRevision {
  return legacyRevisions.some((revision) => revision === version);
}

/** What an HTTP client speaks that sends no version header (2025-06-18, "Protocol Version Header"). */
export const headerlessRevision: LegacyRevision = "2025-03-26";

/** The one revision with JSON-RPC batches. */
export const batchRevision: LegacyRevision = "2025-03-26";

/** The handshake revision with tasks in its core; 2026-07-28 has them as an extension. */
export const taskRevision: LegacyRevision = "2025-11-25";

/** The revision without a handshake and with an envelope, or those before it. */
export type Era = "modern" | "legacy";
