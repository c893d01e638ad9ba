import { connect, type Socket } from "node:net";
import { createResponseReader } from "./http-response.ts";

export interface HttpLoad {
  readonly port: number;
  /** The request of each connection, which it sends over and over. */
  readonly requests: readonly Buffer[];
  /** A text that every right answer holds. */
  readonly marker: string;
  readonly milliseconds: number;
  /** Stops early after so many calls. */
  readonly calls?: number;
}

export interface HttpPumped {
  readonly calls: number;
  readonly failures: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

const patienceMs = 60_000;
const failuresBeforeGivingUp = 100;

/** Sends requests over keep-alive connections, one in flight on each, until the time is up. */
export async function pumpHttp(load: HttpLoad): Promise<HttpPumped> {
  const sockets = await Promise.all(load.requests.map(() => openSocket(load.port)));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const latencies: number[] = [];
  const limit = load.calls ?? Number.POSITIVE_INFINITY;
  const started = performance.now();
  let sent = 0;
  let failures = 0;
  let busy = sockets.length;

  function drive(socket: Socket, request: Buffer) {
    const reader = createResponseReader(load.marker);
    let sentAt = 0;
    function sendNext() {
      sentAt = performance.now();
      if (sentAt - started >= load.milliseconds || sent >= limit) {
        busy -= 1;
        if (busy === 0) resolve();
        return;
      }
      sent += 1;
      reader.reset();
      socket.write(request);
    }
    function fail() {
      failures += 1;
      if (failures >= failuresBeforeGivingUp) {
        reject(new Error(`${failures} of ${sent} requests failed.`));
      }
    }
    socket.on("data", (chunk) => {
      if (!reader.take(chunk)) return;
      latencies.push(performance.now() - sentAt);
      if (!reader.good()) fail();
      sendNext();
    });
    socket.on("close", () => reject(new Error("The server closed a keep-alive connection.")));
    sendNext();
  }

  const timer = setTimeout(
    () => reject(new Error(`${sent - latencies.length} requests were never answered.`)),
    load.milliseconds + patienceMs,
  );
  try {
    for (const [index, socket] of sockets.entries()) {
      const request = load.requests[index];
      if (request !== undefined) drive(socket, request);
    }
    await promise;
  } finally {
    clearTimeout(timer);
    for (const socket of sockets) socket.removeAllListeners("close").destroy();
  }
  const seconds = (performance.now() - started) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  return {
    calls: sorted.length,
    failures,
    seconds,
    p50: at(sorted, 0.5),
    p99: at(sorted, 0.99),
  };
}

/** Sends one request and gives the head and body of its answer as text. */
export async function askHttp(
  port: number,
  request: Buffer,
): Promise<{ readonly head: string; readonly body: string }> {
  const socket = await openSocket(port);
  const reader = createResponseReader("");
  const chunks: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error("The request was never answered.")), patienceMs);
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    if (reader.take(chunk)) resolve();
  });
  socket.on("close", () => reject(new Error("The server closed the connection.")));
  socket.write(request);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    socket.removeAllListeners("close").destroy();
  }
  const text = Buffer.concat(chunks).toString();
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  return { head, body: /\r\ntransfer-encoding: *chunked/i.test(head) ? unchunk(body) : body };
}

function unchunk(body: string): string {
  let text = "";
  let rest = Buffer.from(body);
  for (;;) {
    const line = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.subarray(0, line).toString("latin1"), 16);
    if (!(size > 0)) return text;
    text += rest.subarray(line + 2, line + 2 + size).toString();
    rest = rest.subarray(line + 2 + size + 2);
  }
}

async function openSocket(port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(port, "127.0.0.1", resolve);
  socket.setNoDelay(true);
  socket.once("error", reject);
  await promise;
  socket.off("error", reject);
  // What goes wrong later also closes the socket, and closing is what is listened for.
  socket.on("error", () => undefined);
  return socket;
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
