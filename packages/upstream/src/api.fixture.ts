import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { onTestFinished } from "vitest";
import type { Clock } from "./waits.ts";

/** An HTTP server of the test's own on loopback; gone when the test is. */
export async function createApi(answer: RequestListener) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, seen, server };
}

/** Time that passes at once and remembers how long it was asked to. */
export function createClock() {
  const waits: number[] = [];
  let passed = 0;
  const clock: Clock = {
    now: () => 1_000_000_000_000 + passed,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      waits.push(ms);
      passed += ms;
    },
  };
  return { clock, waits };
}
