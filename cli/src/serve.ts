import { type Environment, toSurface } from "@fairlead/runtime";
import { toPage } from "@fairlead/runtime/render";
import {
  createLog,
  Endpoint,
  page,
  type Severity,
  serveHttp,
  toRefusalLine,
  toRequestLine,
} from "@fairlead/runtime/serve";
import type { Embedded } from "./embedded.ts";
import { listSecrets } from "./secrets.ts";

const graceMs = 5_000;

export interface ServeOptions {
  readonly port: number;
  readonly embedded: readonly Embedded[];
  /** What the programs that servers start inherit. */
  readonly environment?: Environment;
  /** The least severe lines that are logged; `info` without it. */
  readonly logLevel?: Severity;
  log(line: string): void;
}

/** Serves each of the servers at `/<name>/mcp` on loopback, and a page about them at `/`. */
export async function serve(options: ServeOptions) {
  const { environment = {}, logLevel = "info" } = options;
  const verbose = logLevel === "debug";
  const embedded = options.embedded.map((each) => ({ ...each, surface: toSurface(each.server) }));
  const surfaces = embedded.map(({ surface }) => surface);
  const secrets = listSecrets(surfaces, environment);
  const log = createLog(options.log, { secrets, level: logLevel });
  const served = embedded.map(({ server, surface, config, policy, note }) => ({
    note,
    path: `/${server.name}/mcp`,
    endpoint: new Endpoint({
      surface,
      policy,
      secrets,
      sink: log.error,
      ...(verbose && {
        trace: (trace) =>
          log.debug(`${server.name}: ${toRequestLine(trace, { showArguments: false })}`),
      }),
      load: async () => ({ server, config: server.config.parse(config), environment }),
    }),
  }));
  await Promise.all(served.map(({ endpoint }) => endpoint.prepare()));
  const service = await serveHttp({
    host: "127.0.0.1",
    port: options.port,
    maxCalls: 1024,
    ...(verbose && { refused: (refusal) => log.debug(toRefusalLine(refusal)) }),
    endpoints: new Map(served.map(({ path, endpoint }) => [path, endpoint])),
    routes: new Map([
      [
        "/",
        page("text/html; charset=utf-8", (baseUrl) =>
          toPage(
            served.map(({ path, endpoint, note }) => ({
              path,
              baseUrl,
              note,
              surface: endpoint.catalog.visibleSurface(),
            })),
          ),
        ),
      ],
    ]),
  });
  return {
    url: service.url,
    async close(): Promise<void> {
      await service.close(graceMs);
      await Promise.all(served.map(({ endpoint }) => endpoint.close()));
    },
  };
}
