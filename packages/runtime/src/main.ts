import { readFileSync, statSync } from "node:fs";
import type { Server, Surface } from "@fairlead/define";
import { commonOptions, explain, isSurface } from "@fairlead/define/start";
import { findPolicyProblems, type PolicyOptions } from "./call/policy.ts";
import {
  findIgnored,
  findStateKeyProblems,
  toAddress,
  toMetricsAddress,
  toNames,
  toPolicyOptions,
  toSecrets,
} from "./operate/common.ts";
import { createLog, type Log, severities } from "./operate/log.ts";
import { openOperations } from "./operate/opening.ts";
import type { Operations } from "./operate/operations.ts";
import { OptionProblems } from "./operate/option-problems.ts";
import { type Given, readOptions, type Values } from "./operate/options.ts";
import { toRequestLine } from "./operate/request-line.ts";
import {
  closeInTime,
  graceMs,
  inlineCalls,
  keepStdoutPure,
  leaveOnce,
  onSignals,
  openLogWriter,
  readUsage,
  refuse,
  type Stdout,
  wait,
  watchParent,
} from "./process.ts";
import { Endpoint } from "./protocol/endpoint.ts";
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
  const commands = surface.commands?.map(({ name }) => name);
  const sources = {
    argv: process.argv.slice(2),
    env: process.env,
    readFile: (path: string) => readFileSync(path, "utf8"),
    kindOf,
  };
  const given = readOptions(surface.options, sources, commands);
  if (given.command !== "serve") return print(given.command, surface);
  const policy = toPolicyOptions(given.common, surface.options, given.own);
  const address = toAddress(given.common);
  const problems = [
    ...given.problems,
    ...findPolicyProblems(surface, policy),
    ...address.problems,
    ...toMetricsAddress(given.common).problems,
    ...findStateKeyProblems(given.common),
  ];
  // A reference that its host did not resolve is often why something is missing.
  if (problems.length > 0) return refuse(surface, [...problems, ...given.warnings]);
  if (given.ownCommand !== undefined) return runCommand(given.ownCommand, surface, load, given);

  const stdout = keepStdoutPure();
  const secrets = [
    ...toSecrets(surface.options, given.own),
    ...toSecrets(commonOptions, given.common),
  ];
  let operations: Operations | undefined;
  const log = openLog(surface, given.common, secrets, () => operations?.traceId?.());
  const ignored = address.http === undefined ? findIgnored(given.common) : [];
  for (const warning of [...given.warnings, ...ignored]) log.warn(warning);
  process.on("unhandledRejection", (error) => log.error(error, "unhandled rejection", "-"));
  process.on("uncaughtException", (error) => {
    log.error(error, "uncaught exception", "-");
    process.exit(1);
  });
  const { common } = given;
  const { http } = address;
  try {
    const host = { surface, common, log, secrets, http: http !== undefined, usage: readUsage };
    operations = await openOperations(host);
    const endpoint = createEndpoint(surface, load, given, { policy, secrets, log, operations });
    operations.onAccess?.(() => endpoint.announceAccess());
    if (http === undefined) await runStdio(endpoint, common, stdout, log, operations);
    else
      await (await import("./listen.ts")).listen(surface, endpoint, common, http, log, operations);
  } catch (error) {
    await operations?.close();
    if (error instanceof OptionProblems) {
      const { findListenProblems } = await import("./listen-problems.ts");
      const more = await findListenProblems(common, http);
      return refuse(surface, [...new Set([...error.problems, ...more])]);
    }
    log.error(error, "the server cannot go on", "-");
    process.exit(1);
  }
}

function openLog(
  surface: Surface,
  common: Values,
  secrets: readonly string[],
  traceId: () => string | undefined,
): Log {
  const { logFile, logLevel } = common;
  const level = severities.find((severity) => severity === logLevel) ?? "info";
  try {
    const write = openLogWriter(typeof logFile === "string" ? logFile : undefined);
    return createLog(write, { secrets, level, traceId });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    return refuse(surface, [
      `--log-file ${String(logFile)}: it cannot be opened (${String(code)}).`,
    ]);
  }
}

interface Composed {
  readonly policy: PolicyOptions;
  readonly secrets: readonly string[];
  readonly log: Log;
  readonly operations: Operations;
}

function createEndpoint(
  surface: Surface,
  load: () => Promise<{ readonly server: Server }>,
  given: Given,
  { policy, secrets, log, operations }: Composed,
): Endpoint {
  const limit = Number(given.common["maxOutputChars"]);
  const showArguments = given.common["logArguments"] === true;
  return new Endpoint({
    surface,
    policy,
    secrets,
    stateKeys: toNames(given.common["stateKeys"]) ?? [],
    budget: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    sink: log.error,
    middleware: operations.middleware,
    features: operations.features,
    ...(operations.denied && { denied: operations.denied }),
    ...(operations.access && { access: operations.access }),
    ...operations.stores,
    ...(operations.oauth && { authorize: operations.oauth.server.authorize }),
    ...(operations.observe && { observe: operations.observe }),
    ...(given.common["logLevel"] === "debug" && {
      trace: (trace) => log.debug(toRequestLine(trace, { showArguments })),
    }),
    anonymous: isAnonymous(surface, given.own),
    load: () =>
      loadServer(surface, load, given).catch(async (error: unknown) => {
        if (!(error instanceof OptionProblems)) throw error;
        await operations.close();
        return refuse(surface, error.problems);
      }),
  });
}

/** Throws OptionProblems where the server does not take its options. */
async function loadServer(
  surface: Surface,
  load: () => Promise<{ readonly server: Server }>,
  given: Given,
) {
  const [{ server }] = await Promise.all([load(), inlineCalls()]);
  const parsed = server.config.safeParse(given.own);
  if (parsed.success) return { server, config: parsed.data, environment: process.env };
  throw new OptionProblems(
    parsed.error.issues.map(({ path, message }) => {
      const option = surface.options.find(({ key }) => key === path[0]);
      return option ? `${option.flag} (${option.env}): ${message}` : message;
    }),
  );
}

/** Runs one of the server's own commands for the person at the terminal. */
async function runCommand(
  name: string,
  surface: Surface,
  load: () => Promise<{ readonly server: Server }>,
  given: Given,
): Promise<void> {
  const { server, config, environment } = await loadServer(surface, load, given).catch(
    (error: unknown) => {
      if (error instanceof OptionProblems) return refuse(surface, error.problems);
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

/** Whether the server knows how credentials are given and was given none. */
function isAnonymous({ credentials = [] }: Surface, own: Values): boolean {
  // A flag like --demo that nobody set is false.
  return credentials.length > 0 && credentials.every((key) => (own[key] ?? false) === false);
}

function kindOf(path: string): "directory" | "file" | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() ? "directory" : stats ? "file" : undefined;
}
