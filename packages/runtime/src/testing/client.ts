import { isJson, type Json } from "../protocol/json-rpc.ts";
import { modernRevision } from "../protocol/revisions.ts";

/** An error answer, as the client sees it. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The answer to a tool call, and its texts in one. */
export interface ToolResult {
  readonly content: readonly Json[];
  readonly structuredContent: unknown;
  readonly isError: boolean;
  /** The text blocks, joined by newlines. */
  readonly text: string;
}

/** What a client says of itself. */
export interface ClientOptions {
  /** The stateless revision by default; `legacy` shakes hands as 2025-11-25. */
  readonly era?: "modern" | "legacy";
  readonly clientCapabilities?: Json;
  readonly logLevel?: string;
  /**
   * Answers what the server asks, in the middle of a call or, in 2026-07-28, between two rounds of it.
   * Without it every method is unknown, and a call that asks gives its questions.
   */
  answer?(method: string, params: Json): Json | Promise<Json>;
}

/** How a client reaches its server: a frame goes in, frames come out through `receive`. */
export interface Wire {
  send(frame: string): void;
  close(): Promise<void>;
}

/** Looks at the result of every request; what it throws the request rejects with. */
export type Inspect = (method: string, params: Json, result: Json) => void;

interface Waiting {
  resolve(message: Json): void;
  reject(error: Error): void;
}

/**
 * A small MCP client that hides nothing: it speaks both eras, keeps every notification, and lets a
 * test send any method with any parameters.
 */
export class RawClient {
  readonly notifications: Json[] = [];
  readonly #options: ClientOptions;
  readonly #inspect: Inspect;
  readonly #waiting = new Map<string | number, Waiting>();
  #wire: Wire | undefined;
  #nextId = 0;
  #failed: Error | undefined;

  constructor(options: ClientOptions, inspect: Inspect = () => {}) {
    this.#options = options;
    this.#inspect = inspect;
  }

  /** Takes the wire and, in the legacy era, shakes hands. */
  async attach(wire: Wire): Promise<this> {
    this.#wire = wire;
    if (this.#options.era === "legacy") {
      await this.request("initialize", {
        protocolVersion: "2025-11-25",
        capabilities: this.#options.clientCapabilities ?? {},
        clientInfo: { name: "fairlead-testing", version: "0" },
      });
      this.notify("notifications/initialized");
    }
    return this;
  }

  /** Hands in one frame from the server. */
  receive(frame: string): void {
    const message: unknown = JSON.parse(frame);
    if (!isJson(message)) throw new TypeError(`Not a JSON-RPC message: ${frame.slice(0, 200)}`);
    const { id } = message;
    if (typeof id !== "string" && typeof id !== "number") {
      this.notifications.push(message);
      return;
    }
    if (typeof message["method"] === "string") return void this.#answer(id, message);
    this.#waiting.get(id)?.resolve(message);
    this.#waiting.delete(id);
  }

  async #answer(id: string | number, { method, params }: Json): Promise<void> {
    const { answer } = this.#options;
    try {
      if (answer === undefined)
        throw new RpcError(-32601, `Method not found: ${method}`, undefined);
      const result = await answer(String(method), isJson(params) ? params : {});
      this.#send({ jsonrpc: "2.0", id, result });
    } catch (error) {
      const { code, message } =
        error instanceof RpcError ? error : { code: -32603, message: String(error) };
      this.#send({ jsonrpc: "2.0", id, error: { code, message } });
    }
  }

  /** Sends a request and gives its result, after as many rounds of questions as it takes; throws RpcError for an error answer. */
  async request(method: string, params: Json = {}, id = ++this.#nextId): Promise<Json> {
    const result = await this.#requestOnce(method, params, id);
    const { answer } = this.#options;
    const { inputRequests, requestState } = result;
    if (answer === undefined || !isJson(inputRequests)) return result;
    const answers = Object.entries(inputRequests).map(async ([name, question]) => {
      const { method: asked, params: about } = isJson(question) ? question : {};
      return [name, await answer(String(asked), isJson(about) ? about : {})] as const;
    });
    const inputResponses = Object.fromEntries(await Promise.all(answers));
    return this.request(method, { ...params, inputResponses, requestState });
  }

  async #requestOnce(method: string, params: Json, id: number): Promise<Json> {
    if (this.#failed !== undefined) throw this.#failed;
    const answer = await new Promise<Json>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ jsonrpc: "2.0", id, method, params: this.#withEnvelope(params) });
    });
    const { result, error } = answer;
    if (isJson(error)) {
      throw new RpcError(Number(error["code"]), String(error["message"]), error["data"]);
    }
    const known = isJson(result) ? result : {};
    this.#inspect(method, params, known);
    return known;
  }

  /** Sends a notification, which has no answer. */
  notify(method: string, params: Json = {}): void {
    this.#send({ jsonrpc: "2.0", method, params });
  }

  /** The first page of `tools/list`. */
  async listTools(): Promise<readonly Json[]> {
    const { tools } = await this.request("tools/list");
    return Array.isArray(tools) ? tools.filter(isJson) : [];
  }

  /**
   * Calls a tool; an answer marked `isError` is a result, a protocol error is thrown as RpcError.
   */
  async callTool(name: string, args: Json = {}, meta: Json = {}): Promise<ToolResult> {
    const result = await this.request("tools/call", { name, arguments: args, _meta: meta });
    const { content, structuredContent, isError } = result;
    const blocks = Array.isArray(content) ? content.filter(isJson) : [];
    const texts = blocks.flatMap(({ text }) => (typeof text === "string" ? [text] : []));
    return {
      content: blocks,
      structuredContent,
      isError: isError === true,
      text: texts.join("\n"),
    };
  }

  /** Ends the conversation; requests without an answer are rejected. */
  async close(): Promise<void> {
    await this.#wire?.close();
    this.fail(new Error("The client was closed."));
  }

  /** Rejects every request that waits for its answer, and those to come: nobody is left to answer them. */
  fail(error: Error): void {
    this.#failed ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #withEnvelope(params: Json): Json {
    const { era, clientCapabilities = {}, logLevel } = this.#options;
    if (era === "legacy") return params;
    const own = isJson(params["_meta"]) ? params["_meta"] : {};
    const envelope = {
      "io.modelcontextprotocol/protocolVersion": modernRevision,
      "io.modelcontextprotocol/clientInfo": { name: "fairlead-testing", version: "0" },
      "io.modelcontextprotocol/clientCapabilities": clientCapabilities,
      ...(logLevel !== undefined && { "io.modelcontextprotocol/logLevel": logLevel }),
    };
    return { ...params, _meta: { ...envelope, ...own } };
  }

  #send(message: Json): void {
    if (!this.#wire) throw new Error("The client is not connected.");
    this.#wire.send(JSON.stringify(message));
  }
}
