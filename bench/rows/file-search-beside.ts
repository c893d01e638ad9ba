import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { staysWithin } from "../checks.ts";
import { type Call, legacy, toCall } from "../load/frames.ts";
import { type ServerProcess, startServer } from "../load/server-process.ts";
import { openStdioClient, type StdioClient } from "../load/stdio-client.ts";
import { assertAnswers } from "../load/verify.ts";
import type { Check, Sample, Series } from "../result.ts";
import { interleave } from "../rounds.ts";
import { subject } from "../variants.ts";

interface Search {
  readonly bin: string;
  readonly title: string;
  readonly path: string;
  readonly missing: string;
}

const settleMs = 300;
const firstId = 1_000;

/** What a search costs besides its time: the first page, memory, and what others wait meanwhile. */
export async function besideSearch(
  search: Search,
  rounds: number,
): Promise<{ readonly series: Series; readonly checks: readonly Check[] }> {
  const measure = () => measureOnce(search);
  const contender = {
    name: subject,
    open: async () => ({ measure, close: async () => undefined }),
  };
  const series: Series = {
    title: `during a search, ${search.title}`,
    measure: "page",
    better: "less",
    baseline: subject,
    columns: [
      { key: "page", label: "first page ms", digits: 1 },
      { key: "ping", label: "another call ms", digits: 1 },
      { key: "memory", label: "MiB above idle", digits: 1 },
    ],
    standings: await interleave([contender], rounds),
  };
  return {
    series,
    checks: [
      staysWithin(series, "page", 50, "ms"),
      staysWithin(series, "ping", 20, "ms"),
      staysWithin(series, "memory", 40, "MiB"),
    ],
  };
}

async function measureOnce({ bin, path, missing }: Search): Promise<Sample> {
  const server = startServer({ args: [bin, path] });
  try {
    const client = await openStdioClient(server, legacy);
    const ask = toAsk(client);
    const ping: Call = { tool: "list_allowed_directories", arguments: {}, marker: "Allowed" };
    await ask(ping);
    await sleep(settleMs);
    const idle = server.residentMiB();
    const whole: Call = {
      tool: "search_file_contents",
      arguments: { path, pattern: missing },
      marker: "No matches",
    };
    await ask(whole);
    const memory = server.peakMiB() - idle;
    const page = await ask({
      tool: "search_file_contents",
      arguments: { path, pattern: "const", maxMatches: 200 },
      marker: "const",
    });
    return { page, memory, ping: await pingDuring(server, ping, whole) };
  } finally {
    await server.stop();
  }
}

function toAsk(client: StdioClient): (call: Call) => Promise<number> {
  return async (call) => {
    const { line, milliseconds } = await client.ask(toCall(legacy, firstId, call));
    assertAnswers(line.toString(), call);
    return milliseconds;
  };
}

/** The longest that one of many calls waited, made one after the other until a search is done. */
async function pingDuring(server: ServerProcess, ping: Call, search: Call): Promise<number> {
  const [searching, pinging] = [firstId + 1, firstId + 2];
  const send = (id: number, call: Call) => server.stdin.write(`${toCall(legacy, id, call)}\n`);
  const waits: number[] = [];
  send(searching, search);
  let since = performance.now();
  send(pinging, ping);
  let searched = false;
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes(`"id":${searching}`)) searched = true;
    else waits.push(performance.now() - since);
    // The last answer is that of a call made before the search was done.
    if (searched && !line.includes(`"id":${searching}`)) break;
    if (searched) continue;
    await sleep(2);
    since = performance.now();
    send(pinging, ping);
  }
  return Math.max(...waits);
}
