import type { Call, Era } from "./frames.ts";
import { initialized, legacy, toCall, toInitialize } from "./frames.ts";
import type { ServerProcess } from "./server-process.ts";
import { assertAnswers } from "./verify.ts";

/** How much load to put on, and for how long. */
export interface Load {
  readonly inFlight: number;
  readonly milliseconds: number;
  /** Stops early after so many calls. */
  readonly calls?: number;
}

export interface Pumped {
  readonly calls: number;
  readonly failures: number;
  readonly seconds: number;
}

export interface StdioClient {
  /** Sends one frame and gives the line that answers it, with the milliseconds it took. */
  ask(frame: string): Promise<{ readonly line: Buffer; readonly milliseconds: number }>;
  /** Keeps calls in flight; every answer must be as long as the one checked in full before. */
  pump(call: Call, load: Load): Promise<Pumped>;
}

// Ids are as wide as each other, so frames are as long as each other and answers should be too.
const firstId = 100_000;
const ringSize = 4096;
const patienceMs = 60_000;
const newline = 10;

/** A client that costs next to nothing: prebuilt frames out, line lengths in. */
export async function openStdioClient(server: ServerProcess, era: Era): Promise<StdioClient> {
  const client: StdioClient = {
    ask: (frame) => ask(server, frame),
    pump: (call, load) => pump(server, era, call, load),
  };
  if (era === legacy) {
    await client.ask(toInitialize(1));
    server.stdin.write(`${initialized}\n`);
  }
  return client;
}

async function ask(server: ServerProcess, frame: string) {
  const chunks: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<{
    line: Buffer;
    milliseconds: number;
  }>();
  const started = performance.now();
  function receive(chunk: Buffer) {
    let rest = chunk;
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
      chunks.push(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const milliseconds = performance.now() - started;
      const line = Buffer.concat(chunks.splice(0));
      if (!isNotification(line)) resolve({ line, milliseconds });
    }
    chunks.push(rest);
  }
  return watch(server, receive, reject, () => {
    server.stdin.write(`${frame}\n`);
    return promise;
  });
}

/** Servers may speak unasked; what they say then names a method ahead of everything else. */
function isNotification(line: Buffer): boolean {
  return line.subarray(0, 40).includes('"method"');
}

async function pump(server: ServerProcess, era: Era, call: Call, load: Load): Promise<Pumped> {
  const sample = await ask(server, toCall(era, firstId + ringSize, call));
  assertAnswers(sample.line.toString(), call);
  const expected = sample.line.length;
  const frames = Array.from({ length: ringSize }, (_, at) => toCall(era, firstId + at, call));
  const ring = Buffer.from(`${frames.join("\n")}\n`);
  const stride = ring.length / ringSize;
  const limit = load.calls ?? Number.POSITIVE_INFINITY;
  const { promise, resolve, reject } = Promise.withResolvers<Pumped>();

  let slot = 0;
  let sent = 0;
  let received = 0;
  let failures = 0;
  let carried = 0;
  let started = 0;

  function send(count: number) {
    const last = slot + count;
    server.stdin.write(ring.subarray(slot * stride, Math.min(last, ringSize) * stride));
    if (last > ringSize) server.stdin.write(ring.subarray(0, (last - ringSize) * stride));
    slot = last % ringSize;
    sent += count;
  }

  function receive(chunk: Buffer) {
    const before = received;
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      if (carried + end - from !== expected) failures += 1;
      carried = 0;
      from = end + 1;
      received += 1;
    }
    carried += chunk.length - from;
    const elapsed = performance.now() - started;
    const wanted = elapsed < load.milliseconds ? Math.min(received - before, limit - sent) : 0;
    if (wanted > 0) send(wanted);
    else if (received === sent) resolve({ calls: received, failures, seconds: elapsed / 1000 });
  }

  return watch(
    server,
    receive,
    reject,
    () => {
      started = performance.now();
      send(Math.min(load.inFlight, limit));
      return promise;
    },
    load.milliseconds + patienceMs,
  );
}

/** Listens to the server's stdout while `talk` runs, and gives up when it takes too long. */
async function watch<T>(
  server: ServerProcess,
  receive: (chunk: Buffer) => void,
  reject: (error: Error) => void,
  talk: () => Promise<T>,
  patience = patienceMs,
): Promise<T> {
  const giveUp = (why: string) => reject(new Error(`${why} ${server.lastWords()}`.trim()));
  const timer = setTimeout(() => giveUp(`No answer within ${patience} ms.`), patience);
  const ended = () => giveUp("The server closed its stdout.");
  server.stdout.on("data", receive);
  server.stdout.once("end", ended);
  try {
    return await talk();
  } finally {
    clearTimeout(timer);
    server.stdout.off("data", receive);
    server.stdout.off("end", ended);
  }
}
