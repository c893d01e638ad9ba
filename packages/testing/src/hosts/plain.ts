import { fileURLToPath } from "node:url";
import { type Listed, sessions } from "../sessions.ts";
import type { ServerCommand } from "./host.ts";
import { at } from "./json.ts";
import { type Call, toArguments } from "./call.ts";
import type { Prepared } from "./scene.ts";

/** What a plain client received for a call. */
export interface Received {
  readonly call: Call;
  readonly result: unknown;
  /** The output schema of the tool as listed. */
  readonly schema: unknown;
}

export interface PlainRun {
  readonly server: string;
  /** The tools the server lists by default. */
  readonly tools: readonly string[];
  readonly received: readonly Received[];
}

/** The built program of a server. */
export function toBin(server: string): string {
  return fileURLToPath(new URL(`../../../../servers/${server}/dist/main.js`, import.meta.url));
}

export function toCommand(server: string, { args, env }: Omit<Prepared, "calls">): ServerCommand {
  return { name: server, command: process.execPath, args: [toBin(server), ...args], env };
}

/** Makes the calls of a script through the official client. */
export async function runPlain(server: string, prepared: Prepared): Promise<PlainRun> {
  const way = sessions["client v1 over stdio"];
  if (way === undefined) throw new Error("There is no such client.");
  const session = await way.open({ bin: toBin(server), ...prepared });
  try {
    const tools = await session.listTools();
    const received: Received[] = [];
    for (const given of prepared.calls) {
      const call: Call = { server, ...given };
      const heard = received.map((one) => JSON.stringify(one.result));
      const result = await session.call(call.tool, { ...toArguments(call, heard) });
      received.push({ call, result, schema: findSchema(tools, call.tool) });
    }
    return { server, tools: tools.map(({ name }) => name), received };
  } finally {
    await session.close();
  }
}

function findSchema(tools: readonly Listed[], name: string): unknown {
  return at(
    tools.find((tool) => tool.name === name),
    "outputSchema",
  );
}
