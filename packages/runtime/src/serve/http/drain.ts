import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

const pollMs = 50;
/**
 * How long a connection may be idle before it is closed: a client that has one may be sending its next
 * request this moment, and would lose it.
 */
const idleMs = 300;

/** Takes no new connections, waits up to `graceMs` for those there are, then hangs up. */
export function drain(
  server: Server,
  sockets: ReadonlySet<Socket>,
  graceMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const began = performance.now();
    const hangUpIdle = () => {
      if (performance.now() - began < idleMs) return;
      // To Node, a connection on which nothing was ever asked is not idle.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      server.closeIdleConnections();
    };
    // Timers come before what has arrived is read, and a connection may look idle until then.
    const poll = setInterval(() => setImmediate(hangUpIdle), pollMs);
    const close = () => {
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      // An HTTP server's own `close` hangs up on idle connections at once.
      NetServer.prototype.close.call(server, () => {
        clearInterval(poll);
        clearTimeout(timer);
        // It also ends a timer that nothing else can.
        server.close();
        resolve();
      });
    };
    // What the system has accepted for us would be reset. A turn of the loop takes one of them in.
    let came = true;
    server.on("connection", () => {
      came = true;
    });
    const takeIn = () => {
      if (!came || performance.now() - began > idleMs) return close();
      came = false;
      setImmediate(takeIn);
    };
    setImmediate(takeIn);
  });
}
