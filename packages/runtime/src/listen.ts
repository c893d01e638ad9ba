import { readFileSync } from "node:fs";
import type { Surface } from "@fairlead/define";
import { anonymous } from "@fairlead/define/start";
import type { Authenticate } from "@fairlead/operate/auth";
import { followTokenFile, type Tokens, toAccess } from "@fairlead/operate/tokens";
import { toClientConfigs, toDiscovery } from "@fairlead/render";
import { listenMetrics } from "./listen-metrics.ts";
import { toListenProblem } from "./listen-problems.ts";
import { toSignInRoutes } from "./listen-sign-in.ts";
import { type Address, toNames, toSessions } from "./operate/common.ts";
import type { Log } from "./operate/log.ts";
import type { OAuth, Operations } from "./operate/operations.ts";
import { OptionProblems } from "./operate/option-problems.ts";
import type { Values } from "./operate/options.ts";
import { type RefusedRequest, toRefusalLine } from "./operate/refusal-line.ts";
import { closeInTime, graceMs, leaveOnce, onSignals, tellMs } from "./process.ts";
import type { Endpoint } from "./protocol/endpoint.ts";
import { legacyRevisions, modernRevision } from "./protocol/revisions.ts";
import { isLoopback } from "./serve/http/hosts.ts";
import { serveHttp } from "./serve/http/http.ts";
import { publicPage, type Route, redirect } from "./serve/http/routes.ts";

/** What the configs of clients call the token that they send. */
const tokenVariable = "FAIRLEAD_TOKEN";

/** A server that a process serves, with what its own options asked for. */
export interface Served {
  /** Where its endpoint is, such as `/mcp`. */
  readonly path: string;
  readonly surface: Surface;
  readonly endpoint: Endpoint;
  readonly common: Values;
  readonly operations: Operations;
  readonly log: Log;
}

/** What the servers of a process have in common: their address, and what is closed after all of them. */
export interface Door {
  readonly common: Values;
  readonly http: Address;
  readonly log: Log;
  readonly operations: Pick<Operations, "traffic" | "metrics" | "refused" | "reread" | "close">;
}

/** Serves servers over HTTP until a signal ends them. Throws OptionProblems where that cannot begin. */
export async function listen(served: readonly Served[], door: Door): Promise<void> {
  const { common, log, operations } = door;
  const { host, port } = door.http;
  const entries = admitAll(served, host);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const oauths = entries.flatMap((entry) => entry.operations.oauth ?? []);
  const [first, ...others] = entries;
  if (first === undefined) throw new TypeError("There is no server to serve.");
  const routes = new Map([
    ...(others.length === 0
      ? toCardRoutes(first.surface, first.common, { tokens: first.tokens !== undefined })
      : []),
    ...toOAuthRoutes(oauths),
    ...entries.flatMap(({ path, operations: { signIn }, log: told }) =>
      signIn === undefined ? [] : [...toSignInRoutes(signIn, path, told)],
    ),
  ]);
  const authenticate = toAuthenticate(entries);
  await Promise.all(entries.map(({ endpoint }) => endpoint.prepare()));
  const { traffic } = operations;
  const metrics = operations.metrics && (await listenMetrics(common, operations.metrics, log));
  const isDebug = common["logLevel"] === "debug";
  const isLogged = [door, ...entries].some((each) => each.operations.refused !== undefined);
  const service = await serveHttp({
    host,
    port,
    endpoints: new Map(entries.map(({ path, endpoint }) => [path, endpoint])),
    routes,
    allowedHosts: [...(toNames(common["allowedHosts"]) ?? []), ...oauths.map((each) => each.host)],
    allowedOrigins: toNames(common["allowedOrigins"]) ?? [],
    maxCalls: Number(common["maxCalls"]),
    maxMessageBytes: Number(common["maxMessageMb"]) * 1024 * 1024,
    sessions: toSessions(common),
    ...((isDebug || traffic.length > 0 || isLogged) && {
      refused: (refusal) => {
        if (isDebug) log.debug(toRefusalLine(refusal));
        for (const each of traffic) each.refused?.(refusal.status);
        // What was sent to no server is told to the process.
        const { refused } = byPath.get(refusal.path)?.operations ?? operations;
        if (isAudited(refusal)) refused?.(refusal);
      },
    }),
    ...(authenticate && { authenticate }),
    ...(oauths.length > 0 && {
      authorizationServers: [...new Set(oauths.flatMap(({ issuers }) => issuers))],
    }),
    ...(entries.some((entry) => entry.operations.throttle) && {
      throttle: (principal, path) => byPath.get(path)?.operations.throttle?.(principal),
    }),
    traffic,
    readiness: {
      changed(reason, error, path) {
        const told = byPath.get(path)?.log ?? log;
        if (reason === undefined) told.info("/readyz: the backend answers again.");
        else told.error(error, `/readyz: 503 ${reason}`, "-");
      },
    },
    sink: log.error,
  }).catch(async (error: unknown) => {
    await metrics?.close(0);
    throw new OptionProblems([toListenProblem("--http", { host, port }, error)]);
  });
  const end = async () => {
    let closing: Promise<unknown> | undefined;
    const close = async () => {
      closing ??= Promise.all(entries.map(({ endpoint }) => endpoint.close()));
      return closing;
    };
    // Who still waits is told that the server leaves, and only then hung up on.
    const soon = setTimeout(() => void close().catch(() => undefined), graceMs);
    await service.close(graceMs + tellMs);
    clearTimeout(soon);
    await metrics?.close(0);
    await close();
  };
  const leave = leaveOnce((late) => closeInTime(end(), operations, late));
  const rereads = [...entries.map(followTokens), operations.reread].filter(
    (reread) => typeof reread === "function",
  );
  const reread = () => {
    for (const each of rereads) each();
  };
  onSignals(leave, rereads.length > 0 ? reread : undefined);
  for (const { surface, path, tokens } of entries) {
    const { name, version } = surface.package;
    const url = `${service.url}${path}`;
    const clients = toClientLines(surface, url, tokens && tokenVariable);
    log.info(`${name} ${version} listening on ${url}\n${clients}`);
  }
}

/** A server whose callers are known. */
interface Entry extends Served {
  readonly tokens: Tokens | undefined;
}

/** Finds who may call each server. Throws OptionProblems with those whom nobody in particular may call. */
function admitAll(served: readonly Served[], host: string): readonly Entry[] {
  const problems: string[] = [];
  const entries = served.map((each) => {
    const oauth = each.operations.oauth !== undefined;
    const address = { host, loopback: isLoopback(host), oauth };
    const access = toAccess(each.common, address, (path) => readFileSync(path, "utf8"));
    if ("problem" in access) problems.push(access.problem);
    return { ...each, tokens: "problem" in access ? undefined : access.tokens };
  });
  if (problems.length > 0) throw new OptionProblems(problems);
  return entries;
}

function followTokens({ tokens, common, log }: Entry): (() => void) | undefined {
  const { tokenFile } = common;
  if (tokens === undefined || typeof tokenFile !== "string") return undefined;
  return followTokenFile(tokenFile, tokens, log);
}

/** Who is let in: to each of several servers by its own tokens, which open no other. */
function toAuthenticate(entries: readonly Entry[]): Authenticate | undefined {
  const ways = entries.map((entry) => [entry.path, toOwnAuthenticate(entry)] as const);
  const [only, ...others] = ways;
  if (others.length === 0) return only?.[1];
  if (ways.every(([, way]) => way === undefined)) return undefined;
  const byPath = new Map(ways.map(([path, way]) => [path, way ?? (() => anonymous)]));
  const nobody = { status: 401, challenge: "Bearer" } as const;
  return (claim) => byPath.get(claim.path)?.(claim) ?? nobody;
}

/** Whether somebody tried what they may not: strangers and callers who are let in nowhere, too fast or not at all. */
export function isAudited({ status, principal }: RefusedRequest): boolean {
  return principal !== undefined || status === 401 || status === 403 || status === 429;
}

/** Who is let in by a token of the file, of an authorization server, or of either. */
function toOwnAuthenticate({ tokens, operations: { oauth } }: Entry): Authenticate | undefined {
  if (oauth === undefined) return tokens?.authenticate;
  return tokens === undefined
    ? oauth.server.authenticate
    : oauth.server.beside(tokens.authenticate);
}

/** Where clients learn where to sign in. What several servers would say differently at one path, none says. */
export function toOAuthRoutes(
  oauths: readonly Pick<OAuth, "documents" | "redirects">[],
): ReadonlyMap<string, Route> {
  const redirects = oauths.flatMap((each) => each.redirects);
  const agreed = redirects.filter(({ path, location }) =>
    redirects.every((other) => other.path !== path || other.location === location),
  );
  return new Map([
    ...oauths.flatMap(({ documents }) =>
      documents.map(({ path, contentType, text }) => {
        return [path, publicPage(contentType, () => text)] as const;
      }),
    ),
    ...agreed.map(({ path, location }) => [path, redirect(location)] as const),
  ]);
}

/** What tells everybody of the server, where the operator wants that. */
function toCardRoutes(
  surface: Surface,
  common: Values,
  reach: { readonly tokens: boolean },
): ReadonlyMap<string, Route> {
  if (common["serverCard"] !== true) return new Map();
  try {
    const revisions = [modernRevision, ...legacyRevisions];
    const documents = toDiscovery(surface, { path: "/mcp", revisions, ...reach });
    return new Map(
      documents.map(({ path, contentType, render }) => [path, publicPage(contentType, render)]),
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OptionProblems([`--server-card: ${error.message}`]);
  }
}

/** What makes clients know a server that has just begun to listen. */
function toClientLines({ name }: Surface, url: string, token: string | undefined): string {
  const configs = toClientConfigs(name, { transport: "http", url, ...(token && { token }) });
  const shown = configs.filter(({ client }) => client === "Claude Code" || client === "Cursor");
  return shown
    .map(({ client, file, text, command }) => `${client}: ${command ?? `in ${file}\n${text}`}`)
    .join("\n");
}
