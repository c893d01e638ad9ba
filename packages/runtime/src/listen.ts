import { readFileSync } from "node:fs";
import type { Surface } from "@fairlead/define";
import { listenMetrics } from "./listen-metrics.ts";
import { toAccess } from "./operate/access.ts";
import { toNames, toSessions } from "./operate/common.ts";
import type { Log } from "./operate/log.ts";
import type { Operations } from "./operate/operations.ts";
import type { Values } from "./operate/options.ts";
import { toRefusalLine } from "./operate/refusal-line.ts";
import { followTokenFile } from "./operate/token-file.ts";
import { graceMs, leaveOnce, onSignals, refuse } from "./process.ts";
import type { Endpoint } from "./protocol/endpoint.ts";
import { legacyRevisions, modernRevision } from "./protocol/revisions.ts";
import { toClientConfigs } from "./render/config/client-config.ts";
import { toDiscovery } from "./render/server-card.ts";
import { isLoopback } from "./serve/http/hosts.ts";
import { serveHttp } from "./serve/http/http.ts";
import { publicPage } from "./serve/http/routes.ts";

/** What the configs of clients call the token that they send. */
const tokenVariable = "FAIRLEAD_TOKEN";

/** Serves a server over HTTP until a signal ends it. Leaves the process where it cannot begin. */
export async function listen(
  surface: Surface,
  endpoint: Endpoint,
  common: Values,
  { host, port }: { readonly host: string; readonly port: number },
  log: Log,
  operations: Operations,
): Promise<void> {
  const access = toAccess(common, { host, loopback: isLoopback(host) }, (path) =>
    readFileSync(path, "utf8"),
  );
  if ("problem" in access) return refuse(surface, [access.problem]);
  const routes = toCardRoutes(surface, common, { tokens: access.tokens !== undefined });
  await endpoint.prepare();
  const { traffic } = operations;
  const metrics =
    operations.metrics && (await listenMetrics(surface, common, operations.metrics, log));
  const isDebug = common["logLevel"] === "debug";
  const service = await serveHttp({
    host,
    port,
    endpoints: new Map([["/mcp", endpoint]]),
    routes,
    allowedHosts: toNames(common["allowedHosts"]) ?? [],
    allowedOrigins: toNames(common["allowedOrigins"]) ?? [],
    maxCalls: Number(common["maxCalls"]),
    maxMessageBytes: Number(common["maxMessageMb"]) * 1024 * 1024,
    sessions: toSessions(common),
    ...((isDebug || traffic.length > 0) && {
      refused: (refusal) => {
        if (isDebug) log.debug(toRefusalLine(refusal));
        for (const each of traffic) each.refused?.(refusal.status);
      },
    }),
    traffic,
    readiness: {
      changed(reason, error) {
        if (reason === undefined) log.info("/readyz: the backend answers again.");
        else log.error(error, `/readyz: 503 ${reason}`, "-");
      },
    },
    ...(access.tokens && { authenticate: access.tokens.authenticate }),
    ...(operations.authenticate && { authenticate: operations.authenticate }),
    sink: log.error,
  }).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code !== "string") throw error;
    return refuse(surface, [`--http ${host}:${port}: it cannot listen there (${code}).`]);
  });
  const leave = leaveOnce(async () => {
    await service.close(graceMs);
    await metrics?.close(0);
    await endpoint.close();
    await operations.close();
  });
  const { tokens } = access;
  const { tokenFile } = common;
  const reread =
    tokens && typeof tokenFile === "string" ? followTokenFile(tokenFile, tokens, log) : undefined;
  onSignals(leave, reread);
  const { name, version } = surface.package;
  const url = `${service.url}/mcp`;
  const clients = toClientLines(surface, url, access.tokens && tokenVariable);
  log.info(`${name} ${version} listening on ${url}\n${clients}`);
}

/** What tells everybody of the server, where the operator wants that. */
function toCardRoutes(surface: Surface, common: Values, reach: { readonly tokens: boolean }) {
  if (common["serverCard"] !== true) return new Map();
  try {
    const revisions = [modernRevision, ...legacyRevisions];
    const documents = toDiscovery(surface, { path: "/mcp", revisions, ...reach });
    return new Map(
      documents.map(({ path, contentType, render }) => [path, publicPage(contentType, render)]),
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(surface, [`--server-card: ${error.message}`]);
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
