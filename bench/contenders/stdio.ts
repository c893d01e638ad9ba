import { type Call, type Era, toCall, toList } from "../load/frames.ts";
import { type Launch, startServer } from "../load/server-process.ts";
import { openStdioClient, type StdioClient } from "../load/stdio-client.ts";
import { assertAnswers, readTools } from "../load/verify.ts";
import { median } from "../result.ts";
import type { Contender } from "../rounds.ts";
import { measureWork, type Work } from "./work.ts";

export interface StdioServer {
  readonly name: string;
  readonly launch: Launch;
  readonly era: Era;
}

/** Calls kept in flight over one stdio connection. */
export function stdioCalls(
  server: StdioServer,
  load: { readonly call: Call; readonly inFlight: number; readonly milliseconds: number },
): Contender {
  return onStdio(server, load.milliseconds, (client, milliseconds) =>
    client.pump(load.call, { inFlight: load.inFlight, milliseconds }),
  );
}

/** One call after another, each answer timed until its last byte. */
export function stdioSerialCalls(
  server: StdioServer,
  load: { readonly call: Call; readonly milliseconds: number },
): Contender {
  return onStdio(server, load.milliseconds, (client, milliseconds) =>
    askInTurn(client, milliseconds, {
      toFrame: (id) => toCall(server.era, id, load.call),
      check: (text) => assertAnswers(text, load.call),
    }),
  );
}

/** One list after another, each answer timed until its last byte. */
export function stdioLists(
  server: StdioServer,
  load: { readonly tools: number; readonly milliseconds: number },
): Contender {
  return onStdio(server, load.milliseconds, (client, milliseconds) =>
    askInTurn(client, milliseconds, {
      toFrame: (id) => toList(server.era, id),
      check: (text) => readTools(text, load.tools),
    }),
  );
}

function onStdio(
  { name, launch, era }: StdioServer,
  milliseconds: number,
  work: (client: StdioClient, milliseconds: number) => Promise<Work>,
): Contender {
  return {
    name,
    async open() {
      const server = startServer(launch);
      try {
        const client = await openStdioClient(server, era);
        await work(client, milliseconds);
        return {
          measure: () => measureWork(server, () => work(client, milliseconds)),
          close: () => server.stop(),
        };
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
  };
}

async function askInTurn(
  client: StdioClient,
  milliseconds: number,
  { toFrame, check }: { toFrame: (id: number) => string; check: (text: string) => void },
): Promise<Work> {
  const first = await client.ask(toFrame(100));
  check(first.line.toString());
  const took: number[] = [];
  const started = performance.now();
  while (took.length === 0 || performance.now() - started < milliseconds) {
    const answer = await client.ask(toFrame(101 + took.length));
    // As long as the answer that was read in full, but for the digits of its id.
    if (Math.abs(answer.line.length - first.line.length) > 8) {
      throw new Error("An answer differs in length from the one before.");
    }
    took.push(answer.milliseconds);
  }
  const seconds = (performance.now() - started) / 1000;
  return { calls: took.length, failures: 0, seconds, p50: median(took) };
}
