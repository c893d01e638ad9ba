import { join } from "node:path";
import type { Era } from "./load/frames.ts";
import { legacy, modern } from "./load/frames.ts";
import type { Launch } from "./load/server-process.ts";
import type { Workload } from "./peers/workload.ts";
import { toManyToolsLaunch } from "./subject/bake.ts";

export const subject = "fairlead";

export type Variant = "bare" | "fairlead" | "sdk-v1" | "sdk-v2" | "fastmcp";

/** The order of every table: the limit, the subject, the peers. */
export const variants: readonly Variant[] = ["bare", subject, "sdk-v1", "sdk-v2", "fastmcp"];

/** The revisions a variant speaks; bare Node reads no more of a frame than it must. */
const eras: Readonly<Record<Variant, readonly Era[]>> = {
  bare: [legacy, modern],
  fairlead: [legacy, modern],
  "sdk-v1": [legacy],
  "sdk-v2": [legacy, modern],
  fastmcp: [legacy],
};

export function speaks(variant: Variant, era: Era): boolean {
  return eras[variant].includes(era);
}

export const eraNote = "sdk-v1 and fastmcp do not speak 2026-07-28 and are measured in 2025-11-25.";

const root = join(import.meta.dirname, "..");
const echo = join(root, "examples/echo/dist/main.cjs");
const dist = join(import.meta.dirname, "dist");

/** How a variant is started for a workload, on stdio or on a loopback port. */
export function toLaunch(variant: Variant, workload: Workload, port?: number): Launch {
  if (variant === subject) return toSubjectLaunch(workload, port);
  const http = port === undefined ? [] : ["--port", `${port}`];
  return { args: [join(dist, "peers", `${variant}.js`), "--workload", workload, ...http] };
}

function toSubjectLaunch(workload: Workload, port: number | undefined): Launch {
  const http = port === undefined ? [] : ["--http", `127.0.0.1:${port}`];
  if (workload === "echo") return { args: [echo, ...http] };
  if (workload === "asking") return { args: [join(dist, "subject", "asking.js"), ...http] };
  if (workload === "thousand") return toManyToolsLaunch("thousand", http);
  const file = join(dist, "subject", "ten-megabytes.js");
  return { args: [file, "--max-output-chars", "0", ...http] };
}
