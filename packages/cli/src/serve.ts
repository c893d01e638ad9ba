import { createLog, describe, Endpoint, type Environment, serveHttp } from "@fairlead/runtime";
import { toPage } from "@fairlead/runtime/render";
import { listEmbedded } from "./embedded.ts";

const graceMs = 5_000;

export interface ServeOptions {
  readonly port: number;
  /** What the servers that need a directory are given. */
  readonly directory: string;
  /** What the programs that servers start inherit. */
  readonly environment?: Environment;
  log(line: string): void;
}

/** Serves every embedded server at `/<name>/mcp` on loopback, and a page about them at `/`. */
export async function serve(options: ServeOptions) {
  const { directory, environment = {} } = options;
  const log = createLog(options.log, { secrets: [] });
  const embedded = await listEmbedded({ directory, log: options.log });
  const served = embedded.map(({ server, config, policy, note }) => ({
    note,
    path: `/${server.name}/mcp`,
    endpoint: new Endpoint({
      surface: describe(server),
      policy,
      sink: log.error,
      load: async () => ({ server, config: server.config.parse(config), environment }),
    }),
  }));
  await Promise.all(served.map(({ endpoint }) => endpoint.prepare()));
  const service = await serveHttp({
    host: "127.0.0.1",
    port: options.port,
    maxCalls: 1024,
    endpoints: new Map(served.map(({ path, endpoint }) => [path, endpoint])),
    pages: new Map([
      [
        "/",
        (baseUrl) =>
          toPage(
            served.map(({ path, endpoint, note }) => ({
              path,
              baseUrl,
              note,
              surface: endpoint.registry.visibleSurface(),
            })),
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
