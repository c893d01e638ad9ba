import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A pooler on the way to a server that gives every transaction another of its connections. */
export interface Pooler {
  readonly port: number;
  close(): Promise<void>;
}

const connections = 2;

/** Pools by transaction. Each client has its connections to itself, so only their order is like a pool's. */
export async function createPooler(target: number): Promise<Pooler> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = Array.from({ length: connections }, () => connect(target, "127.0.0.1"));
    for (const socket of [near, ...far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        for (const other of [near, ...far]) other.destroy();
      });
    }
    relay(near, far);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function relay(near: Socket, far: readonly Socket[]): void {
  let turn = 0;
  let waiting = 0;
  const isReady = new Set<Socket>();
  let startup = true;
  const held: Buffer[] = [];
  const send = (message: Buffer) => {
    // A simple query and a Sync are answered by a ReadyForQuery each.
    if (/[QS]/.test(String.fromCharCode(message[0] ?? 0))) waiting += 1;
    far[turn]?.write(message);
  };
  onMessages(near, { hasStartup: true }, (message) => {
    if (!startup && isReady.size === far.length) return send(message);
    if (!startup) return held.push(message);
    startup = false;
    for (const socket of far) socket.write(message);
  });
  for (const [index, socket] of far.entries()) {
    onMessages(socket, { hasStartup: false }, (message) => {
      const readiness = message[0] === 0x5a ? String.fromCharCode(message[5] ?? 0) : undefined;
      const isStarting = !isReady.has(socket);
      if (!isStarting || index === 0) near.write(message);
      if (readiness === undefined) return;
      if (isStarting) {
        isReady.add(socket);
        if (isReady.size === far.length) for (const message of held.splice(0)) send(message);
        return;
      }
      waiting -= 1;
      // Outside of a transaction: the next one gets another connection.
      if (readiness === "I" && waiting === 0) turn = (turn + 1) % far.length;
    });
  }
}

/** The messages of the protocol (PostgreSQL, "Message Formats"), of which the first has no type. */
function onMessages(
  socket: Socket,
  { hasStartup }: { readonly hasStartup: boolean },
  callback: (message: Buffer) => void,
): void {
  let buffered = Buffer.alloc(0);
  let typeBytes = hasStartup ? 0 : 1;
  socket.on("data", (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= typeBytes + 4) {
      const length = typeBytes + buffered.readInt32BE(typeBytes);
      if (buffered.length < length) return;
      callback(buffered.subarray(0, length));
      buffered = buffered.subarray(length);
      typeBytes = 1;
    }
  });
}
