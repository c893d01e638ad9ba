import { connect, type Socket } from "node:net";
import { createResponseReader } from "./http-response.ts";

/** An answer as text. */
export interface HttpAnswer {
  readonly head: string;
  readonly body: string;
}

/** A keep-alive connection on which one thing is asked after the other. */
export interface Connection {
  ask(request: Buffer): Promise<HttpAnswer>;
  close(): void;
}

const patienceMs = 60_000;

export async function openConnection(port: number): Promise<Connection> {
  const socket = await openSocket(port);
  const reader = createResponseReader("");
  let chunks: Buffer[] = [];
  let waiting: PromiseWithResolvers<HttpAnswer> | undefined;
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    if (reader.take(chunk)) waiting?.resolve(toAnswer(Buffer.concat(chunks).toString()));
  });
  socket.on("close", () => waiting?.reject(new Error("The server closed the connection.")));
  return {
    async ask(request) {
      chunks = [];
      reader.reset();
      const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
      waiting = { promise, resolve, reject };
      const late = new Error("The request was never answered.");
      const timer = setTimeout(() => reject(late), patienceMs);
      socket.write(request);
      return promise.finally(() => clearTimeout(timer));
    },
    close: () => void socket.removeAllListeners("close").destroy(),
  };
}

/** Sends one request on a connection of its own. */
export async function askHttp(port: number, request: Buffer): Promise<HttpAnswer> {
  const connection = await openConnection(port);
  return connection.ask(request).finally(() => connection.close());
}

function toAnswer(text: string): HttpAnswer {
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  return { head, body: /\r\ntransfer-encoding: *chunked/i.test(head) ? unchunk(body) : body };
}

function unchunk(body: string): string {
  let text = "";
  let rest = Buffer.from(body);
  for (;;) {
    const line = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.subarray(0, line).toString("latin1"), 16);
    if (!(size > 0)) return text;
    text += rest.subarray(line + 2, line + 2 + size).toString();
    rest = rest.subarray(line + 2 + size + 2);
  }
}

export async function openSocket(port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(port, "127.0.0.1", resolve);
  socket.setNoDelay(true);
  socket.once("error", reject);
  await promise;
  socket.off("error", reject);
  // What goes wrong later also closes the socket, and closing is what is listened for.
  socket.on("error", () => undefined);
  return socket;
}
