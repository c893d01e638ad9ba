import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { claudeCodeWithUserConfig } from "./clients/claude-code.ts";
import type { ServerCommand } from "./host.ts";
import { listTools, toCommand } from "./plain.ts";
import { runHost } from "./run-host.ts";
import type { Scene, Stage } from "./scene.ts";

export interface FirstTurnOptions {
  readonly scenes: readonly Scene[];
  readonly packages: string;
  readonly folder: string;
  readonly times: number;
  /** Milliseconds for one run. */
  readonly timeout: number;
}

export interface FirstTurn {
  readonly server: string;
  readonly tools: number;
  /** In how many runs all of its tools were in the first request to the model. */
  readonly complete: number;
  readonly runs: number;
}

/**
 * Starts Claude Code several times with all servers in the user's config, a Postgres whose database
 * never answers and a Drive nobody signed in to among them. `claude -p` does not wait for servers
 * that are slow to list, so what it tells its model first shows whether any list waits.
 */
export async function watchFirstTurns(options: FirstTurnOptions): Promise<readonly FirstTurn[]> {
  const database = await openSilentDatabase();
  const stages: Stage[] = [];
  try {
    const servers: ServerCommand[] = [
      toCommand("postgres", { args: [database.url], env: {} }, "silent"),
      toCommand(
        "gdrive",
        { args: [], env: { GDRIVE_CREDENTIALS_PATH: join(options.folder, "nobody.json") } },
        "stranger",
      ),
    ];
    for (const { server, open } of options.scenes) {
      const stage = await open(join(options.folder, server));
      stages.push(stage);
      servers.push(toCommand(server, await stage.prepare()));
    }
    const firsts = [];
    for (let run = 0; run < options.times; run += 1) {
      const { model } = await runHost(claudeCodeWithUserConfig, {
        ...options,
        servers,
        script: [],
      });
      firsts.push(new Set(model.firstTools().map(({ name }) => name)));
    }
    const turns = [];
    for (const server of servers) {
      const tools = (await listTools(server)).map((tool) => `mcp__${server.name}__${tool}`);
      const complete = firsts.filter((first) => tools.every((tool) => first.has(tool)));
      turns.push({
        ...{ server: server.name, tools: tools.length },
        ...{ complete: complete.length, runs: options.times },
      });
    }
    return turns;
  } finally {
    for (const stage of stages) await stage.close();
    await database.close();
  }
}

/** Takes connections and says nothing. */
async function openSilentDatabase() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    url: `postgres://ada:secret@127.0.0.1:${address.port}/shop`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
