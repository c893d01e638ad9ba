import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection to a server, spoken on by hand; what the server does with it is not its trouble. */
export async function dial(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** The text of a POST with a JSON-RPC body. */
export function toPost(url: string, body: string, more = ""): string {
  const { host, pathname } = new URL(url);
  return `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** The text of a tool call. */
export function toCall(name: string, args: object, id = 1): string {
  const params = { name, arguments: args };
  return JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
}

/** The status of the answer to a body in pieces of ten bytes. */
export async function sendInPieces(url: string, bytes: number): Promise<number> {
  const { host, pathname } = new URL(url);
  const socket = await dial(url);
  const answered = once(socket, "data");
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const text = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"${"x".repeat(bytes)}"}}`;
  const pieces = text.match(/.{1,10}/g) ?? [];
  const lines = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
  socket.write(`${lines.join("")}0\r\n\r\n`);
  const [said] = await answered;
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(String(said))?.[1]);
}

/** Asks for the same many times over many connections, and reads nothing of it for a while. */
export async function neverRead(url: string, body: string, ms: number): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: 50 }, () => dial(url)));
  for (const socket of sockets) {
    socket.pause();
    socket.write(toPost(url, body).repeat(10));
  }
  await new Promise((done) => setTimeout(done, ms));
  for (const socket of sockets) socket.destroy();
}

/** Begins calls on connections of their own and hangs up in the middle of each. */
export async function hangUp(url: string, body: string, times: number): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: times }, () => dial(url)));
  for (const socket of sockets) socket.write(toPost(url, body));
  await new Promise((done) => setTimeout(done, 200));
  for (const [at, socket] of sockets.entries()) {
    if (at % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
}
