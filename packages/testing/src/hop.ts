import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A hop on the way to a server, which can be cut or made to swallow everything. */
export interface Hop {
  readonly port: number;
  /** Ends every connection. */
  cut(): void;
  /** Keeps connections open and passes nothing on. */
  freeze(): void;
  thaw(): void;
  /** Ends every connection, and every new one at once, until it is mended. */
  sever(): void;
  mend(): void;
  /** Passes everything on so many milliseconds later; 0 is at once. */
  slow(ms: number): void;
  close(): Promise<void>;
}

/** Opens one before a port of this machine. */
export async function createHop(target: number): Promise<Hop> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let severed = false;
  let delayMs = 0;
  const server = createServer((near) => {
    if (severed) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        if (frozen) return;
        if (delayMs === 0) to.write(chunk);
        else setTimeout(() => to.write(chunk), delayMs);
      });
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port,
    cut,
    freeze: () => {
      frozen = true;
    },
    thaw: () => {
      frozen = false;
    },
    sever() {
      severed = true;
      cut();
    },
    mend() {
      severed = false;
    },
    slow(ms) {
      delayMs = ms;
    },
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
