import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A name server by which every name is these IPv4 addresses, which may change at any time. */
export interface Names {
  /** Where it listens on 127.0.0.1 (UDP). */
  readonly port: number;
  addresses: readonly string[];
  close(): void;
}

/** Starts a name server (RFC 1035, section 4) on a free port. */
export async function serveNames(addresses: readonly string[]): Promise<Names> {
  const socket = createSocket("udp4");
  const names = { port: 0, addresses, close: () => void socket.close() };
  socket.on("message", (question, from) => {
    const header = Buffer.alloc(12);
    question.copy(header, 0, 0, 2);
    // An answer, of one question and of an address each.
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(names.addresses.length, 6);
    const records = names.addresses.map((address) => {
      // The name of the question; type A, class IN, for a second.
      const head = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4]);
      return Buffer.concat([head, Buffer.from(address.split(".").map(Number))]);
    });
    const answer = Buffer.concat([header, question.subarray(12), ...records]);
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return Object.assign(names, { port: socket.address().port });
}
