import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { z } from "zod";

/** A port of loopback that counts the packets or connections that reach it. */
export interface Canary {
  readonly port: number;
  heard(): number;
  close(): void;
}

export async function createUdpCanary(): Promise<Canary> {
  let heard = 0;
  const socket = createSocket("udp4", () => {
    heard += 1;
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, heard: () => heard, close: () => void socket.close() };
}

export async function createTcpCanary(): Promise<Canary> {
  let heard = 0;
  const server = createServer((connection) => {
    heard += 1;
    // Anyone who came need not be answered, only counted.
    connection.on("error", () => {}).destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return { port, heard: () => heard, close: () => void server.close() };
}
