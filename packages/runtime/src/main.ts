import { readFileSync, statSync } from "node:fs";
import { findPolicyProblems, type PolicyOptions } from "./call/policy.ts";
import { explain } from "./define/error.ts";
import type { Server } from "./define/server.ts";
import { isSurface, type Surface } from "./define/surface.ts";
import { toAddress, toNames, toPolicyOptions, toSecrets, toSessions } from "./operate/common.ts";
import { createLog, type Log, severities } from "./operate/log.ts";
import { type Given, readOptions, type Values } from "./operate/options.ts";
import { toRequestLine } from "./operate/request-line.ts";
import {
  graceMs,
  keepStdoutPure,
  leaveOnce,
  onSignals,
  openLogWriter,
  type Stdout,
  wait,
  watchParent,
} from "./process.ts";
import { Endpoint } from "./protocol/endpoint.ts";
import { serveStdio } from "./serve/stdio.ts";

/** sysexits: a usage error is the person's to mend, not a crash. */
const usageExit = 2;
/** What the configs of clients call the token that they send. */
const tokenVariable = "FAIRLEAD_TOKEN";

/**
 * Runs a server as a process: reads its options, serves stdio or HTTP, and leaves in order.
 * `surface` is the server's surface.json, from which everything is answered until the first call;
 * `load` imports the server itself.
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
 * await main(toSurface(server), async () => ({ server }));
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
  const problems = [...given.problems, ...findPolicyProblems(surface, policy), ...address.problems];
  // A reference that its host did not resolve is often why something is missing.
  if (problems.length > 0) return refuse(surface, [...problems, ...given.warnings]);
  if (given.ownCommand !== undefined) return runCommand(given.ownCommand, surface, load, given);

  const stdout = keepStdoutPure();
  const secrets = toSecrets(surface.options, given.own);
  const log = openLog(surface, given.common, secrets);
  for (const warning of given.warnings) log.warn(warning);
  process.on("unhandledRejection", (error) => log.error(error, "unhandled rejection", "-"));
  process.on("uncaughtException", (error) => {
    log.error(error, "uncaught exception", "-");
    process.exit(1);
  });
  const endpoint = createEndpoint(surface, load, given, policy, secrets, log);
  if (address.http) await runHttp(surface, endpoint, given.common, address.http, log);
  else await runStdio(endpoint, given.common, stdout);
}

function openLog(surface: Surface, common: Values, secrets: readonly string[]): Log {
  const { logFile, logLevel } = common;
  const level = severities.find((severity) => severity === logLevel) ?? "info";
  try {
    const write = openLogWriter(typeof logFile === "string" ? logFile : undefined);
    return createLog(write, { secrets, level });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    return refuse(surface, [
      `--log-file ${String(logFile)}: it cannot be opened (${String(code)}).`,
    ]);
  }
}

function createEndpoint(
  surface: Surface,
  load: () => Promise<{ readonly server: Server }>,
  given: Given,
  policy: PolicyOptions,
  secrets: readonly string[],
  log: Log,
): Endpoint {
  const limit = Number(given.common["maxOutputChars"]);
  const showArguments = given.common["logArguments"] === true;
  return new Endpoint({
    surface,
    policy,
    secrets,
    budget: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    sink: log.error,
    ...(given.common["logLevel"] === "debug" && {
      trace: (trace) => log.debug(toRequestLine(trace, { showArguments })),
    }),
    anonymous: isAnonymous(surface, given.own),
    load: () => loadServer(surface, load, given),
  });
}

async function loadServer(
  surface: Surface,
  load: () => Promise<{ readonly server: Server }>,
  given: Given,
) {
  const { server } = await load();
  const parsed = server.config.safeParse(given.own);
  if (parsed.success) return { server, config: parsed.data, environment: process.env };
  return refuse(
    surface,
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
  const { server, config, environment } = await loadServer(surface, load, given);
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

async function runStdio(endpoint: Endpoint, common: Values, stdout: Stdout): Promise<void> {
  // The server's code waits for the first call: most processes of a host are never asked for one.
  const service = serveStdio(endpoint, {
    input: process.stdin,
    maxCalls: Number(common["maxCalls"]),
    maxMessageBytes: Number(common["maxMessageMb"]) * 1024 * 1024,
    output: stdout,
  });
  const leave = leaveOnce(async () => {
    await Promise.race([endpoint.idle(), wait(graceMs)]);
    service.flush();
    await endpoint.close();
    // What was aborted has its answer within the turn.
    await wait(0);
    service.flush();
    await stdout.written();
  });
  process.stdout.on("error", () => leave(0));
  onSignals(leave);
  watchParent(leave);
  for (const event of ["end", "error", "close"]) process.stdin.once(event, () => leave(0));
  await service.ended;
}

async function runHttp(
  surface: Surface,
  endpoint: Endpoint,
  common: Values,
  { host, port }: { readonly host: string; readonly port: number },
  log: Log,
): Promise<void> {
  const [{ serveHttp }, { isLoopback }, { toAccess }, { followTokenFile }, { toRefusalLine }] =
    await Promise.all([
      import("./serve/http/http.ts"),
      import("./serve/http/hosts.ts"),
      import("./operate/access.ts"),
      import("./operate/token-file.ts"),
      import("./operate/refusal-line.ts"),
    ]);
  const access = toAccess(common, { host, loopback: isLoopback(host) }, (path) =>
    readFileSync(path, "utf8"),
  );
  if ("problem" in access) return refuse(surface, [access.problem]);
  await endpoint.prepare();
  const service = await serveHttp({
    host,
    port,
    endpoints: new Map([["/mcp", endpoint]]),
    allowedHosts: toNames(common["allowedHosts"]) ?? [],
    allowedOrigins: toNames(common["allowedOrigins"]) ?? [],
    maxCalls: Number(common["maxCalls"]),
    maxMessageBytes: Number(common["maxMessageMb"]) * 1024 * 1024,
    sessions: toSessions(common),
    ...(common["logLevel"] === "debug" && {
      refused: (refusal) => log.debug(toRefusalLine(refusal)),
    }),
    ...(access.tokens && { authenticate: access.tokens.authenticate }),
    sink: log.error,
  }).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code !== "string") throw error;
    return refuse(surface, [`--http ${host}:${port}: it cannot listen there (${code}).`]);
  });
  const leave = leaveOnce(async () => {
    await service.close(graceMs);
    await endpoint.close();
  });
  const { tokens } = access;
  const { tokenFile } = common;
  const reread =
    tokens && typeof tokenFile === "string" ? followTokenFile(tokenFile, tokens, log) : undefined;
  onSignals(leave, reread);
  const { name, version } = surface.package;
  const url = `${service.url}/mcp`;
  const clients = await toClientLines(surface, url, access.tokens && tokenVariable);
  log.info(`${name} ${version} listening on ${url}\n${clients}`);
}

/** What makes clients know a server that has just begun to listen. */
async function toClientLines(
  { name }: Surface,
  url: string,
  token: string | undefined,
): Promise<string> {
  const { toClientConfigs } = await import("./render/config/client-config.ts");
  const configs = toClientConfigs(name, { transport: "http", url, ...(token && { token }) });
  const shown = configs.filter(({ client }) => client === "Claude Code" || client === "Cursor");
  return shown
    .map(({ client, file, text, command }) => `${client}: ${command ?? `in ${file}\n${text}`}`)
    .join("\n");
}

async function print(command: "help" | "version" | "surface", surface: Surface): Promise<void> {
  if (command === "version") process.stdout.write(`${surface.package.version}\n`);
  else if (command === "surface") process.stdout.write(`${JSON.stringify(surface, null, 2)}\n`);
  else process.stdout.write((await import("./render/help.ts")).toHelp(surface));
}

function refuse(surface: Surface, problems: readonly string[]): never {
  const { command, name } = surface.package;
  const lines = problems.map((problem) => `  - ${problem}`);
  process.stderr.write(`${command ?? name} cannot start:\n${lines.join("\n")}\n`);
  process.exit(usageExit);
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
