import { fileURLToPath } from "node:url";
import { type Listed, type ServerOptions, type Session, sessions } from "../sessions.ts";
import { type Call, toArguments } from "./call.ts";
import type { ServerCommand } from "./host.ts";
import { at } from "./json.ts";
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
  return fileURLToPath(new URL(`../../../../servers/${server}/dist/main.cjs`, import.meta.url));
}

/** A server as hosts start it, under its own name or another. */
export function toCommand(
  server: string,
  { args, env }: Pick<Prepared, "args" | "env">,
  name = server,
): ServerCommand {
  return { name, command: process.execPath, args: [toBin(server), ...args], env };
}

/** Makes the calls of a scene through the official client. */
export async function runPlain(server: string, prepared: Prepared): Promise<PlainRun> {
  const session = await open({ bin: toBin(server), ...prepared });
  try {
    const tools = await session.listTools();
    const received: Received[] = [];
    for (const given of prepared.calls) {
      const call: Call = { server, ...given };
      const heard = received.map((one) => JSON.stringify(one.result));
      // What the client itself refuses is a finding like any other.
      const result = await session
        .call(call.tool, { ...toArguments(call, heard) })
        .catch((error: unknown) => ({ isError: true, content: [{ text: String(error) }] }));
      received.push({ call, result, schema: findSchema(tools, call.tool) });
    }
    return { server, tools: tools.map(({ name }) => name), received };
  } finally {
    await session.close();
  }
}

/** The names of the tools a server lists. */
export async function listTools({ args, env }: ServerCommand): Promise<readonly string[]> {
  const [bin = "", ...rest] = args;
  const session = await open({ bin, args: rest, env });
  try {
    return (await session.listTools()).map(({ name }) => name);
  } finally {
    await session.close();
  }
}

async function open(options: ServerOptions): Promise<Session> {
  const way = sessions["client v1 over stdio"];
  if (way === undefined) throw new Error("There is no such client.");
  return way.open(options);
}

function findSchema(tools: readonly Listed[], name: string): unknown {
  return at(
    tools.find((tool) => tool.name === name),
    "outputSchema",
  );
}
