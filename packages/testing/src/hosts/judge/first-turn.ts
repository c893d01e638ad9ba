import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createClaudeCodeWithUserConfig } from "../clients/claude-code.ts";
import type { ServerCommand } from "../host.ts";
import { listTools, toCommand } from "../plain.ts";
import { runHost } from "../run-host.ts";
import type { Scene, Stage } from "../scene.ts";

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
 * Starts Claude Code several times with each server in the user's config, a Postgres whose database
 * never answers and a Drive nobody signed in to among them. `claude -p` waits only a moment for
 * servers, so what it tells its model first shows whether any list waits.
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
    const turns: FirstTurn[] = [];
    for (const server of servers) turns.push(await watchOne(server, options));
    return turns;
  } finally {
    for (const stage of stages) await stage.close();
    await database.close();
  }
}

async function watchOne(server: ServerCommand, options: FirstTurnOptions): Promise<FirstTurn> {
  const tools = (await listTools(server)).map((tool) => `mcp__${server.name}__${tool}`);
  const host = createClaudeCodeWithUserConfig();
  let complete = 0;
  for (let run = 0; run < options.times; run += 1) {
    const { model } = await runHost(host, { ...options, servers: [server], script: [] });
    const first = new Set(model.firstTools().map(({ name }) => name));
    if (tools.every((tool) => first.has(tool))) complete += 1;
  }
  return { server: server.name, tools: tools.length, complete, runs: options.times };
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
