import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { Clock } from "@fairlead/upstream";
import { onTestFinished } from "vitest";

/** The address of an HTTP server on loopback that ends with the test. */
export async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

/** Time that passes as soon as somebody waits for it. */
export function createClock(): Clock {
  let now = 1_000_000_000_000;
  return {
    now: () => now,
    async sleep(ms) {
      now += ms;
    },
  };
}
