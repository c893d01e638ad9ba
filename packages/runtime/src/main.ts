import type { Server, Surface } from "@fairlead/define";
import { explain, isSurface } from "@fairlead/define/start";
import { findIgnored } from "./operate/common.ts";
import type { Log } from "./operate/log.ts";
import { openOperations } from "./operate/opening.ts";
import type { Operations } from "./operate/operations.ts";
import { OptionProblems } from "./operate/option-problems.ts";
import type { Values } from "./operate/options.ts";
import { createServedEndpoint, toLoaded } from "./operate/served-endpoint.ts";
import { readSettings, type Settings } from "./operate/settings.ts";
import {
  closeInTime,
  graceMs,
  inlineCalls,
  keepStdoutPure,
  leaveOnce,
  logUncaught,
  onSignals,
  openLog,
  readUsage,
  refuse,
  type Stdout,
  toSources,
  wait,
  watchParent,
} from "./process.ts";
import type { Endpoint } from "./protocol/endpoint.ts";
import { serveStdio } from "./serve/stdio.ts";

/**
 * Runs a server as a process: reads its options, serves stdio or HTTP, and leaves in order.
 * `surface` is the server's surface.json, from which everything is answered until the first call;
 * `load` imports the server itself. A bin does not await it: what a bundler puts into the same file
 * could not be imported before the server ends.
 *
 * @example
 * ```ts
 * import { defineServer, toSurface } from "@fairlead/runtime";
 * import { main } from "@fairlead/runtime/main";
 * import { z } from "zod";
 *
 * const server = defineServer({
 *   name: "empty",
 *   title: "Empty",
 *   package: { name: "empty-mcp", version: "1.0.0", description: "MCP server without tools." },
 *   config: z.object({}),
 *   toolsets: [],
 *   connect: () => ({ context: {} }),
 * });
 * void main(toSurface(server), async () => ({ server }));
 * ```
 */
export async function main(
  surface: unknown,
  load: () => Promise<{ readonly server: Server }>,
): Promise<void> {
  if (!isSurface(surface)) throw new TypeError("surface.json is not a Surface: run the generator.");
  const settings = readSettings(surface, toSources(process.argv.slice(2)));
  if (settings.command !== "serve") return print(settings.command, surface);
  const { common, problems, warnings, ownCommand, secrets, http } = settings;
  // A reference that its host did not resolve is often why something is missing.
  if (problems.length > 0) return refuse(surface.package, [...problems, ...warnings]);
  if (ownCommand !== undefined) return runCommand(ownCommand, surface, load, settings);

  const stdout = keepStdoutPure();
  let operations: Operations | undefined;
  const log = openLog(surface.package, common, secrets, () => operations?.traceId?.());
  const ignored = http === undefined ? findIgnored(common) : [];
  for (const warning of [...warnings, ...ignored]) log.warn(warning);
  logUncaught(log, (code) => process.exit(code));
  try {
    const isHttp = http !== undefined;
    const host = { surface, common, log, secrets, http: isHttp, path: "/mcp", usage: readUsage };
    const opened = await openOperations(host);
    operations = opened;
    const endpoint = createServedEndpoint({
      ...{ surface, settings, secrets, log, operations },
      load: () =>
        loadServer(surface, load, settings).catch(async (error: unknown) => {
          if (!(error instanceof OptionProblems)) throw error;
          await opened.close();
          return refuse(surface.package, error.problems);
        }),
    });
    if (http === undefined) return await runStdio(endpoint, common, stdout, log, operations);
    const { listen } = await import("./listen.ts");
    const served = { path: "/mcp", surface, endpoint, common, operations, log };
    await listen([served], { common, http, log, operations });
  } catch (error) {
    await operations?.close();
    if (error instanceof OptionProblems) {
      const { findListenProblems } = await import("./listen-problems.ts");
      const more = await findListenProblems(common, http);
      return refuse(surface.package, [...new Set([...error.problems, ...more])]);
    }
    log.error(error, "the server cannot go on", "-");
    process.exit(1);
  }
}

/** Loads the server's code. Throws OptionProblems where the server does not take its options. */
async function loadServer(
  surface: Surface,
  load: () => Promise<{ readonly server: Server }>,
  settings: Pick<Settings, "common" | "own">,
) {
  const [{ server }] = await Promise.all([load(), inlineCalls()]);
  return toLoaded(server, surface, settings, process.env);
}

/** Runs one of the server's own commands for the person at the terminal. */
async function runCommand(
  name: string,
  surface: Surface,
  load: () => Promise<{ readonly server: Server }>,
  settings: Pick<Settings, "common" | "own">,
): Promise<void> {
  const { server, config, environment } = await loadServer(surface, load, settings).catch(
    (error: unknown) => {
      if (error instanceof OptionProblems) return refuse(surface.package, error.problems);
      throw error;
    },
  );
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    await server.commands?.[name]?.run(config, print, environment);
  } catch (error) {
    const explained = explain(error);
    if (explained === undefined) throw error;
    process.stderr.write(`${explained}\n`);
    process.exitCode = 1;
  }
}

async function runStdio(
  endpoint: Endpoint,
  common: Values,
  stdout: Stdout,
  log: Log,
  operations: Operations,
): Promise<void> {
  if (operations.metrics !== undefined) {
    const { listenMetrics } = await import("./listen-metrics.ts");
    await listenMetrics(common, operations.metrics, log);
  }
  // The server's code waits for the first call: most processes of a host are never asked for one.
  const service = serveStdio(endpoint, {
    input: process.stdin,
    maxCalls: Number(common["maxCalls"]),
    maxMessageBytes: Number(common["maxMessageMb"]) * 1024 * 1024,
    output: stdout,
  });
  const end = async () => {
    await Promise.race([endpoint.idle(), wait(graceMs)]);
    service.flush();
    await endpoint.close();
    // What was aborted has its answer within the turn.
    await wait(0);
    service.flush();
    await stdout.written();
  };
  const leave = leaveOnce((late) => closeInTime(end(), operations, late));
  process.stdout.on("error", () => leave(0));
  onSignals(leave);
  watchParent(leave);
  for (const event of ["end", "error", "close"]) process.stdin.once(event, () => leave(0));
  await service.ended;
}

async function print(command: "help" | "version" | "surface", surface: Surface): Promise<void> {
  if (command === "version") process.stdout.write(`${surface.package.version}\n`);
  else if (command === "surface") process.stdout.write(`${JSON.stringify(surface, null, 2)}\n`);
  else process.stdout.write((await import("@fairlead/render")).toHelp(surface));
}
