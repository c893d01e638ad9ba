import { readFileSync } from "node:fs";
import type { Surface } from "@fairlead/define";
import type { Authenticate } from "@fairlead/operate/auth";
import { followTokenFile, type Tokens, toAccess } from "@fairlead/operate/tokens";
import { toClientConfigs, toDiscovery } from "@fairlead/render";
import { listenMetrics } from "./listen-metrics.ts";
import { toListenProblem } from "./listen-problems.ts";
import { toNames, toSessions } from "./operate/common.ts";
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

/** Serves a server over HTTP until a signal ends it. Throws OptionProblems where it cannot begin. */
export async function listen(
  surface: Surface,
  endpoint: Endpoint,
  common: Values,
  { host, port }: { readonly host: string; readonly port: number },
  log: Log,
  operations: Operations,
): Promise<void> {
  const { oauth } = operations;
  const access = toAccess(
    common,
    { host, loopback: isLoopback(host), oauth: oauth !== undefined },
    (path) => readFileSync(path, "utf8"),
  );
  if ("problem" in access) throw new OptionProblems([access.problem]);
  const routes = new Map([
    ...toCardRoutes(surface, common, { tokens: access.tokens !== undefined }),
    ...(oauth ? toOAuthRoutes(oauth) : []),
  ]);
  const authenticate = toAuthenticate(access.tokens, oauth);
  await endpoint.prepare();
  const { traffic } = operations;
  const metrics = operations.metrics && (await listenMetrics(common, operations.metrics, log));
  const isDebug = common["logLevel"] === "debug";
  const service = await serveHttp({
    host,
    port,
    endpoints: new Map([["/mcp", endpoint]]),
    routes,
    allowedHosts: [...(toNames(common["allowedHosts"]) ?? []), ...(oauth ? [oauth.host] : [])],
    allowedOrigins: toNames(common["allowedOrigins"]) ?? [],
    maxCalls: Number(common["maxCalls"]),
    maxMessageBytes: Number(common["maxMessageMb"]) * 1024 * 1024,
    sessions: toSessions(common),
    ...((isDebug || traffic.length > 0 || operations.refused) && {
      refused: (refusal) => {
        if (isDebug) log.debug(toRefusalLine(refusal));
        for (const each of traffic) each.refused?.(refusal.status);
        if (isAudited(refusal)) operations.refused?.(refusal);
      },
    }),
    ...(authenticate && { authenticate }),
    ...(oauth && { authorizationServers: oauth.issuers }),
    ...(operations.throttle && { throttle: operations.throttle }),
    traffic,
    readiness: {
      changed(reason, error) {
        if (reason === undefined) log.info("/readyz: the backend answers again.");
        else log.error(error, `/readyz: 503 ${reason}`, "-");
      },
    },
    sink: log.error,
  }).catch(async (error: unknown) => {
    await metrics?.close(0);
    throw new OptionProblems([toListenProblem("--http", { host, port }, error)]);
  });
  const end = async () => {
    let closing: Promise<void> | undefined;
    const close = async () => {
      closing ??= endpoint.close();
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
  const { tokens } = access;
  const { tokenFile } = common;
  const rereads = [
    tokens && typeof tokenFile === "string" && followTokenFile(tokenFile, tokens, log),
    operations.reread,
  ].filter((reread) => typeof reread === "function");
  const reread = () => {
    for (const each of rereads) each();
  };
  onSignals(leave, rereads.length > 0 ? reread : undefined);
  const { name, version } = surface.package;
  const url = `${service.url}/mcp`;
  const clients = toClientLines(surface, url, access.tokens && tokenVariable);
  log.info(`${name} ${version} listening on ${url}\n${clients}`);
}

/** Whether somebody tried what they may not: strangers and callers who are let in nowhere, too fast or not at all. */
export function isAudited({ status, principal }: RefusedRequest): boolean {
  return principal !== undefined || status === 401 || status === 403 || status === 429;
}

/** Who is let in by a token of the file, of an authorization server, or of either. */
function toAuthenticate(
  tokens: Tokens | undefined,
  oauth: OAuth | undefined,
): Authenticate | undefined {
  if (oauth === undefined) return tokens?.authenticate;
  return tokens === undefined
    ? oauth.server.authenticate
    : oauth.server.beside(tokens.authenticate);
}

/** Where clients learn where to sign in. */
export function toOAuthRoutes({
  documents,
  redirects,
}: Pick<OAuth, "documents" | "redirects">): ReadonlyMap<string, Route> {
  return new Map([
    ...documents.map(({ path, contentType, text }) => {
      return [path, publicPage(contentType, () => text)] as const;
    }),
    ...redirects.map(({ path, location }) => [path, redirect(location)] as const),
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
