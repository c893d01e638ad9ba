import type { Socket } from "node:net";
import { openSocket } from "./connection.ts";
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

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
