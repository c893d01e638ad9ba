import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

const pollMs = 50;
/**
 * For how many polls a connection may be idle before it is closed: a client that has one may be sending
 * its next request this moment, and would lose it. And for how many nobody may have connected before that
 * is over. Polls are counted and not milliseconds: on a busy machine much may wait to be seen.
 */
const idlePolls = 6;

/**
 * Takes new connections until nobody makes one any more, as a balancer learns only by and by that this
 * server leaves; waits up to `graceMs` for those there are, then hangs up.
 */
export function drain(
  server: Server,
  sockets: ReadonlySet<Socket>,
  graceMs: number,
): Promise<void> {
  const began = performance.now();
  // Where nobody is connected, nobody has to learn anything.
  let quiet = sockets.size === 0 ? idlePolls : 0;
  let stopped = false;
  server.on("connection", () => {
    quiet = 0;
  });
  return new Promise((resolve) => {
    const step = () => {
      const elapsed = performance.now() - began;
      const idle = quiet >= idlePolls;
      quiet += 1;
      if (elapsed >= graceMs) hangUp(sockets);
      else if (idle) server.closeIdleConnections();
      // Where nothing was ever asked is not idle to Node. A busy client connects, and asks later.
      if (idle && elapsed >= graceMs / 2) hangUp([...sockets].filter(isSilent));
      if (stopped || (!idle && elapsed < graceMs / 2)) return;
      stopped = true;
      // An HTTP server's own `close` hangs up on idle connections at once.
      NetServer.prototype.close.call(server, () => {
        clearInterval(poll);
        // It also ends a timer that nothing else can.
        server.close();
        resolve();
      });
    };
    // Timers come before what has arrived is read, and a connection may look idle until then.
    const poll = setInterval(() => setImmediate(step), pollMs);
    // What the system has accepted for us would be reset: a whole turn of the loop takes it in.
    setImmediate(() => setImmediate(step));
  });
}

function hangUp(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

function isSilent({ bytesRead }: Socket): boolean {
  return bytesRead === 0;
}
