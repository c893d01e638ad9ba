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
  close(): Promise<void>;
}

/** Opens one before a port of this machine. */
export async function createHop(target: number): Promise<Hop> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        if (!frozen) to.write(chunk);
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
    for (const socket of sockets) socket.destroy();
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
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
