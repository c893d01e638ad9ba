import { commonOptions } from "@fairlead/define/start";
import type { Hosted } from "./host-problems.ts";
import { listen, type Served } from "./listen.ts";
import type { Address } from "./operate/common.ts";
import { toMetricsAddress, toSecrets } from "./operate/common.ts";
import type { Log } from "./operate/log.ts";
import { openShared, type Program } from "./operate/openers/open-shared.ts";
import { openOperations } from "./operate/opening.ts";
import type { Operations, Shared } from "./operate/operations.ts";
import { OptionProblems } from "./operate/option-problems.ts";
import type { Values } from "./operate/options.ts";
import { createServedEndpoint, toLoaded } from "./operate/served-endpoint.ts";
import { inlineCalls, logUncaught, openLog, readUsage, toSources } from "./process.ts";

export { findHostProblems, type Hosted } from "./host-problems.ts";
export type { Address } from "./operate/common.ts";
export { asksForOAuth } from "./operate/openers/open-auth.ts";
export type { Program } from "./operate/openers/open-shared.ts";
export { OptionProblems } from "./operate/option-problems.ts";
export { type Given, readOptions, type Sources, type Values } from "./operate/options.ts";
export { isUnresolved } from "./operate/references.ts";
export { readDoor, readSettings, type Settings } from "./operate/settings.ts";
export { toSources } from "./process.ts";

/** What holds for a process that serves several servers. */
export interface HostOptions {
  readonly program: Program;
  /** The values of the options that hold for all of it, such as the log and the metrics. */
  readonly common: Values;
  readonly http: Address;
  /** What the operator is to be told before anything else. */
  readonly warnings?: readonly string[];
  /** Says where a problem comes from: of the server of this name, or of the process. */
  place(problem: string, name?: string): string;
}

/**
 * Serves several servers behind one address until a signal ends the process: each at its own path with its
 * own policy, tokens and limits, and all with one log, one audit log, one page of metrics and one drain.
 * Throws OptionProblems, with every problem in its place, where that cannot begin; then nothing listens
 * and nothing is left open.
 *
 * @example
 * ```ts
 * import { toSurface } from "@fairlead/runtime";
 * import { hostServers, readSettings, type Sources } from "@fairlead/runtime/host";
 * import type { Server } from "@fairlead/runtime";
 *
 * export async function serveAll(servers: readonly Server[], sources: Sources): Promise<void> {
 *   const hosted = servers.map((server) => {
 *     const surface = toSurface(server);
 *     return { path: `/${server.name}/mcp`, server, surface, settings: readSettings(surface, sources) };
 *   });
 *   await hostServers(hosted, {
 *     program: { name: "all", version: "1.0.0" },
 *     common: hosted[0]?.settings.common ?? {},
 *     http: { host: "127.0.0.1", port: 3000 },
 *     place: (problem, name = "all") => `${name}: ${problem}`,
 *   });
 * }
 * ```
 */
export async function hostServers(
  hosted: readonly Hosted[],
  { program, common, http, warnings = [], place }: HostOptions,
): Promise<void> {
  const ofServers = hosted.flatMap(({ settings }) => settings.secrets);
  const secrets = [...new Set([...toSecrets(commonOptions, common), ...ofServers])];
  const opened: Served[] = [];
  const log = openLog(program, common, secrets, () => {
    const tracing = opened.find(({ operations }) => operations.traceId !== undefined);
    return tracing?.operations.traceId?.();
  });
  for (const warning of new Set([...warnings, ...hosted.flatMap(toWarnings)])) log.warn(warning);
  logUncaught(log);
  await inlineCalls();
  const problems: string[] = [];
  const tryOut = async <T>(opening: Promise<T>, name?: string): Promise<T | undefined> => {
    try {
      return await opening;
    } catch (error) {
      if (!(error instanceof OptionProblems)) throw error;
      problems.push(...error.problems.map((problem) => place(problem, name)));
      return undefined;
    }
  };
  let shared: Shared = {};
  const close = async () => {
    await Promise.all(opened.map(({ operations }) => operations.close()));
    shared.metrics?.close();
    // Last, so that it has every call.
    await shared.audit?.close();
  };
  try {
    const found = await tryOut(openShared(program, { common, log, secrets, usage: readUsage }));
    shared = found ?? {};
    for (const each of hosted) {
      const one = await tryOut(open(each, { log, secrets, shared }), each.surface.name);
      if (one !== undefined) opened.push(one);
    }
    if (problems.length > 0) throw new OptionProblems(problems);
    const operations = { ...toOperations(opened, shared, common), close };
    await tryOut(listen(opened, { common, http, log, operations }));
    if (problems.length > 0) throw new OptionProblems(problems);
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opening {
  readonly log: Log;
  readonly secrets: readonly string[];
  readonly shared: Shared;
}

async function open(
  { path, server, surface, settings }: Hosted,
  { log: all, secrets, shared }: Opening,
): Promise<Served> {
  const { common } = settings;
  const log = prefix(all, surface.name);
  const loaded = toLoaded(server, surface, settings, toSources([]).env);
  const operations = await openOperations({
    ...{ surface, common, log, secrets, path, shared },
    ...{ http: true, usage: readUsage },
  });
  const load = async () => loaded;
  const endpoint = createServedEndpoint({ surface, settings, secrets, log, operations, load });
  return { path, surface, endpoint, common, operations, log };
}

/** What is done once for all of them. */
function toOperations(
  opened: readonly Served[],
  { audit, metrics }: Shared,
  common: Values,
): Omit<Operations, "close" | "middleware" | "features" | "stores"> {
  const { address } = toMetricsAddress(common);
  const rereads = opened.map(({ operations }) => operations.reread);
  const all = [...rereads, audit?.reopen].filter((reread) => reread !== undefined);
  return {
    // OpenTelemetry is one for the process: the first server tells it of the sessions of all.
    traffic: [...(opened[0]?.operations.traffic ?? []), ...(metrics ? [metrics.traffic] : [])],
    ...(audit && { refused: audit.refused }),
    ...(metrics && address && { metrics: { address, expose: metrics.expose } }),
    ...(all.length > 0 && {
      reread: () => {
        for (const reread of all) reread();
      },
    }),
  };
}

function toWarnings({ surface, settings }: Hosted): readonly string[] {
  return settings.warnings.map((warning) => `${surface.name}: ${warning}`);
}

/** A log whose lines begin with the name of a server. */
function prefix(log: Log, name: string): Log {
  return {
    debug: (message) => log.debug(`${name}: ${message}`),
    info: (message) => log.info(`${name}: ${message}`),
    warn: (message) => log.warn(`${name}: ${message}`),
    error: (error, where, reference) => log.error(error, `${name}: ${where}`, reference),
  };
}
