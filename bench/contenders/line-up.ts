import { type Era, legacy, modern } from "../load/frames.ts";
import type { Workload } from "../peers/workload.ts";
import { speaks, toLaunch, type Variant, variants } from "../variants.ts";
import type { HttpServer } from "./http.ts";
import type { StdioServer } from "./stdio.ts";

export const eras: readonly Era[] = [legacy, modern];

/** Every variant that speaks the revision, to be started on stdio. */
export function stdioServersIn(era: Era, workload: Workload): StdioServer[] {
  return variants
    .filter((variant) => speaks(variant, era))
    .map((variant) => toStdioServer(variant, era, workload));
}

/** Every variant on stdio, each in the newest revision it speaks. */
export function stdioServers(workload: Workload): StdioServer[] {
  return variants.map((variant) => toStdioServer(variant, newestOf(variant), workload));
}

/** Every variant on HTTP, each in the newest revision it speaks. */
export function httpServers(workload: Workload): HttpServer[] {
  return variants.map((variant) => toHttpServer(variant, newestOf(variant), workload));
}

/** The official server as its documents set it up: it answers with an event stream. */
export const sdkEvents = "sdk-v2 events";

/** Those that keep sessions, and bare Node, in the last revision that has them. */
export function sessionServers(): HttpServer[] {
  const sdk = toHttpServer("sdk-v2", legacy, "echo");
  const withArgs = (name: string, ...args: string[]): HttpServer => ({
    ...sdk,
    name,
    toLaunch: (port) => ({ args: [...sdk.toLaunch(port).args, "--sessions", ...args] }),
  });
  return [
    toHttpServer("bare", legacy, "echo"),
    toHttpServer("fairlead", legacy, "echo"),
    withArgs("sdk-v2"),
    withArgs(sdkEvents, "--events"),
  ];
}

export function toHttpServer(variant: Variant, era: Era, workload: Workload): HttpServer {
  return { name: variant, toLaunch: (port) => toLaunch(variant, workload, port), era };
}

function toStdioServer(variant: Variant, era: Era, workload: Workload): StdioServer {
  return { name: variant, launch: toLaunch(variant, workload), era };
}

function newestOf(variant: Variant): Era {
  return speaks(variant, modern) ? modern : legacy;
}
