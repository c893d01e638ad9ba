import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Reply {
  readonly status: number;
  /** The session that it opened. */
  readonly session: string | undefined;
  readonly text: string;
}

const headEnd = "\r\n\r\n";

/** A connection that is kept, with one request on it at a time: the cheapest client there is. */
export class Wire {
  readonly #socket: Socket;
  readonly #origin: URL;
  #received = "";
  #waiting: PromiseWithResolvers<Reply> | undefined;

  constructor(url: string) {
    this.#origin = new URL(url);
    this.#socket = connect({ host: this.#origin.hostname, port: Number(this.#origin.port) });
    this.#socket.setNoDelay(true).setEncoding("latin1");
    this.#socket.on("data", (text: string) => this.#take(text));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => this.#waiting?.reject(new Error("The connection was closed.")));
  }

  async open(): Promise<void> {
    await once(this.#socket, "connect");
  }

  close(): void {
    this.#socket.destroy();
  }

  /** A POST as it is sent; the body is ASCII. */
  toPost(headers: Readonly<Record<string, string>>, body: string): string {
    const { host, pathname } = this.#origin;
    const all = { host, ...headers, "content-length": String(body.length) };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return `POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
  }

  send(post: string): Promise<Reply> {
    if (this.#socket.destroyed) return Promise.reject(new Error("The connection is closed."));
    this.#waiting = Promise.withResolvers();
    this.#socket.write(post, "latin1");
    return this.#waiting.promise;
  }

  #take(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf(headEnd);
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const start = end + headEnd.length;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
    if (this.#received.length < start + length) return;
    const body = this.#received.slice(start, start + length);
    this.#received = this.#received.slice(start + length);
    const status = Number(head.slice(9, 12));
    const session = /\r\nmcp-session-id: *(\S+)/i.exec(head)?.[1];
    this.#waiting?.resolve({ status, session, text: body });
  }
}
