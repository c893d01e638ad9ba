import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

const pollMs = 50;
/**
 * For how many polls a connection may be idle before it is closed: a client that has one may be sending
 * its next request this moment, and would lose it. And for how many nobody may have connected before that
 * is over. Polls are counted and not milliseconds: on a busy machine much may wait to be seen.
 */
const idlePolls = 6;

/** What is drained, and how. */
export interface Draining {
  readonly server: Server;
  /** The connections there are. */
  readonly sockets: ReadonlySet<Socket>;
  readonly graceMs: number;
  /** Whether somebody asks if the server is ready, as a balancer does. */
  readonly watched: boolean;
}

/**
 * Takes new connections until nobody makes one any more, as a balancer learns only by and by that this
 * server leaves; waits up to `graceMs` for those there are, then hangs up.
 *
 * A balancer may send a request on an idle connection in the moment in which the server closes it, and a
 * server cannot announce that it will (RFC 9112, section 9.5). But a balancer that watches the server learns
 * it at /readyz. So a watched server closes idle connections only after half of `graceMs`: by then every
 * balancer has asked again, and sends it nothing more.
 */
export function drain({ server, sockets, graceMs, watched }: Draining): Promise<void> {
  const began = performance.now();
  // Where nobody is connected, nobody has to learn anything.
  let quiet = sockets.size === 0 ? idlePolls : 0;
  let stopped = false;
  let connected = false;
  server.on("connection", () => {
    quiet = 0;
    connected = true;
  });
  return new Promise((resolve) => {
    const step = () => {
      const elapsed = performance.now() - began;
      const half = elapsed >= graceMs / 2;
      const idle = quiet >= idlePolls && (half || sockets.size === 0 || !watched);
      quiet += 1;
      if (elapsed >= graceMs) hangUp(sockets);
      else if (idle) {
        server.closeIdleConnections();
        // Where nothing was ever asked is not idle to Node. undici keeps such a one after it gave up a stream.
        hangUp([...sockets].filter(isSilent));
      }
      if (stopped || (!idle && !half)) return;
      stopped = true;
      stop();
    };
    // A connection that came while this turn of the loop was busy would be reset, and its request lost: so
    // it stops in a turn that took in none.
    const stop = () => {
      if (connected && performance.now() - began < graceMs) {
        connected = false;
        setImmediate(stop);
        return;
      }
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
