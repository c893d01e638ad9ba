import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Revision, stateless } from "./features.ts";

export type Json = { readonly [key: string]: unknown };

/** What the client of a conversation declares: all that a server could ask of one. */
const clientCapabilities = { roots: { listChanged: true }, sampling: {}, elicitation: {} };
const clientInfo = { name: "conversation", version: "1.0.0" };

/**
 * A server's stdio at one revision, without any client library in between. What the server asks of
 * the client is refused and kept.
 */
export class Conversation {
  /** Notifications and requests of the server, in order. */
  readonly heard: Json[] = [];
  readonly #child: ChildProcess;
  readonly #revision: Revision;
  readonly #waiting = new Map<unknown, (answer: Json) => void>();
  #lastId = 0;

  private constructor(child: ChildProcess, revision: Revision) {
    this.#child = child;
    this.#revision = revision;
  }

  /** Starts a built server and shakes hands, if the revision does. */
  static async open(bin: string, revision: Revision): Promise<Conversation> {
    const child = spawn(process.execPath, [bin], { stdio: ["pipe", "pipe", "ignore"] });
    const conversation = new Conversation(child, revision);
    createInterface({ input: child.stdout }).on("line", (line) => conversation.#receive(line));
    if (revision !== stateless) {
      await conversation.request("initialize", conversation.handshake);
      conversation.send({ method: "notifications/initialized" });
    }
    return conversation;
  }

  /** The parameters of `initialize`. */
  get handshake(): Json {
    return { protocolVersion: this.#revision, capabilities: clientCapabilities, clientInfo };
  }

  /** The answer to a request, a result or an error. */
  request(method: string, params: Json = {}, meta: Json = {}, id = this.nextId()): Promise<Json> {
    const answer = this.answerTo(id);
    this.send(this.toRequest(id, method, params, meta));
    return answer;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  answerTo(id: number): Promise<Json> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** A request with the envelope of its revision. */
  toRequest(id: number, method: string, params: Json = {}, meta: Json = {}): Json {
    const envelope = {
      "io.modelcontextprotocol/protocolVersion": this.#revision,
      "io.modelcontextprotocol/clientInfo": clientInfo,
      "io.modelcontextprotocol/clientCapabilities": clientCapabilities,
    };
    const own = this.#revision === stateless ? { ...envelope, ...meta } : meta;
    return { id, method, params: { ...params, _meta: own } };
  }

  /** Writes one message, or several as a batch. */
  send(message: Json | readonly Json[]): void {
    const complete = (one: Json) => ({ jsonrpc: "2.0", ...one });
    const frame = isList(message) ? message.map(complete) : complete(message);
    this.#child.stdin?.write(`${JSON.stringify(frame)}\n`);
  }

  async close(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.stdin?.end();
    await exited;
  }

  #receive(line: string): void {
    const frame: Json | readonly Json[] = JSON.parse(line);
    for (const message of isList(frame) ? frame : [frame]) this.#take(message);
  }

  #take(message: Json): void {
    const { id, method } = message;
    if (method === undefined) {
      // A batch that is refused as a whole has no id.
      const waiting = id === null ? [...this.#waiting.keys()] : [id];
      for (const key of waiting) {
        this.#waiting.get(key)?.(message);
        this.#waiting.delete(key);
      }
      return;
    }
    this.heard.push(message);
    if (id !== undefined) this.send({ id, error: { code: -32601, message: "Not in this test." } });
  }
}

function isList(frame: Json | readonly Json[]): frame is readonly Json[] {
  return Array.isArray(frame);
}
