import { createRedactor, type Redactor } from "@fairlead/guard/redact";
import type { Fault, Observation, Observe } from "@fairlead/operate/telemetry";
import { CallAborted } from "../call/call.ts";
import { isPromise } from "../call/promise.ts";
import { Dispatcher } from "./dispatcher.ts";
import {
  hasEnvelope,
  isRequestMessage,
  Request,
  type RequestMessage,
  withTraceparent,
} from "./envelope.ts";
import { toFailure } from "./failure.ts";
import {
  errorCode,
  isJson,
  isRequestId,
  type Json,
  ProtocolError,
  type RequestId,
  toErrorFrame,
  toResultFrame,
} from "./json-rpc.ts";
import type { EndpointOptions } from "./options.ts";
import type { Peer } from "./peer.ts";
import { batchRevision, modernRevision } from "./revisions.ts";
import type { Catalog } from "./server/catalog.ts";
import { toTrace } from "./trace.ts";

const maxBatch = 100;
const toolError: Fault = { type: "tool_error" };
const cancelled: Fault = { type: "cancelled" };

type Answer = string | undefined;

/**
 * One server, ready to be spoken to over any transport and in any revision. `handle` takes a parsed
 * message and gives the frame that answers it, or undefined where nothing is to be said.
 *
 * @example
 * ```ts
 * import { type Server, toSurface } from "@fairlead/runtime";
 * import { createLog, Endpoint, serveHttp } from "@fairlead/runtime/serve";
 *
 * export async function serve(server: Server) {
 *   const log = createLog((line) => process.stderr.write(line), { secrets: [] });
 *   const load = async () => ({ server, config: server.config.parse({}) });
 *   const endpoint = new Endpoint({ surface: toSurface(server), load, sink: log.error });
 *   const endpoints = new Map([["/mcp", endpoint]]);
 *   return serveHttp({ host: "127.0.0.1", port: 0, endpoints, maxCalls: 64 });
 * }
 * ```
 */
export class Endpoint {
  readonly #dispatcher: Dispatcher;
  readonly #redactor: Redactor;
  readonly #sink: EndpointOptions["sink"];
  readonly #trace: EndpointOptions["trace"];
  readonly #observe: Observe | undefined;

  constructor(options: EndpointOptions) {
    this.#redactor = createRedactor(options.secrets ?? []);
    this.#dispatcher = new Dispatcher(options, this.#redactor);
    this.#sink = options.sink;
    this.#trace = options.trace;
    this.#observe = options.observe;
  }

  get catalog(): Catalog {
    return this.#dispatcher.catalog;
  }

  /** Answers one message, or a batch where the revision has them. */
  handle(message: unknown, peer: Peer): Answer | Promise<Answer> {
    if (!Array.isArray(message)) return this.#handleOne(message, peer);
    return this.#handleBatch(message, peer);
  }

  /** How many answers a message asks for: a call in the way can always be cancelled, for that is none. */
  countCalls(message: unknown, peer: Peer): number {
    if (!Array.isArray(message)) return wantsAnswer(message) ? 1 : 0;
    return findBatchProblem(message, peer) === undefined ? message.filter(wantsAnswer).length : 0;
  }

  /** The answer to what the transport could not hand over as a message. */
  refuse(error: ProtocolError, peer: Peer, id?: RequestId): string {
    return this.#fail(id, error, peer);
  }

  /** Loads the server's code and checks its config now, so that problems show before a call. */
  prepare(): Promise<void> {
    return this.#dispatcher.prepare();
  }

  /** Resolves if the backend answers, and rejects with the reason if it does not. */
  ready(signal: AbortSignal): Promise<void> {
    return this.#dispatcher.ready(signal);
  }

  /** Resolves when nothing is in flight and every answer has been handed over. */
  idle(): Promise<void> {
    return this.#dispatcher.idle();
  }

  /** Tells everyone who listens that their list of tools may be another one now. */
  announceAccess(): void {
    this.#dispatcher.announceAccess();
  }

  /** Ends every subscription in order, for a transport that is about to leave. */
  stopListening(): Promise<void> {
    return this.#dispatcher.stopListening();
  }

  /** Aborts what is in flight and closes what the tools work on. */
  close(): Promise<void> {
    return this.#dispatcher.close();
  }

  #handleOne(message: unknown, peer: Peer): Answer | Promise<Answer> {
    if (this.#observe !== undefined && isRequestMessage(message)) {
      return this.#answerObserved(this.#observe, message, peer);
    }
    return this.#trace === undefined
      ? this.#answer(message, peer)
      : this.#answerTraced(message, peer);
  }

  /** Within the observation, so that the line of the log finds its trace. */
  #answerObserved(observe: Observe, message: RequestMessage, peer: Peer): Answer | Promise<Answer> {
    const { id, method, params } = message;
    const { headers } = peer;
    const observation = observe({ id, method, params, ...(headers && { headers }) });
    const { traceparent } = observation;
    const told = traceparent === undefined ? message : withTraceparent(message, traceparent);
    return observation.run(() =>
      this.#trace === undefined
        ? this.#answer(told, peer, observation)
        : this.#answerTraced(told, peer, observation),
    );
  }

  #answer(
    message: unknown,
    peer: Peer,
    observation?: Observation | undefined,
  ): Answer | Promise<Answer> {
    if (!isRequestMessage(message)) return this.#answerOther(message, peer);
    const { id, method } = message;
    try {
      const request = new Request(id, method, message, peer);
      observation?.accept(request.revision);
      const result = this.#dispatcher.answer(request);
      if (typeof result !== "string") return this.#settle(id, result, peer, observation);
      observation?.end(this.catalog.isToolError(result) ? toolError : undefined);
      return toResultFrame(id, result);
    } catch (error) {
      return this.#fail(id, error, peer, method, observation);
    }
  }

  /** A notification, an answer to what the client was asked, or no message at all. */
  #answerOther(message: unknown, peer: Peer): Answer {
    if (!isJson(message) || message["jsonrpc"] !== "2.0") {
      return this.#refuseRequest(undefined, 'Not a JSON-RPC 2.0 message ("jsonrpc": "2.0").', peer);
    }
    const { id, method } = message;
    if (typeof method === "string") {
      if (!("id" in message)) return this.#notify(method, message["params"], peer);
      return this.#refuseRequest(undefined, "id must be a string or an integer.", peer);
    }
    if (isAnswer(message)) {
      if (isRequestId(id)) peer.settle(id, message);
      return undefined;
    }
    return this.#refuseRequest(isRequestId(id) ? id : undefined, "method must be a string.", peer);
  }

  #answerTraced(
    message: unknown,
    peer: Peer,
    observation?: Observation | undefined,
  ): Answer | Promise<Answer> {
    const began = performance.now();
    const tell = (answer: Answer) => {
      const milliseconds = performance.now() - began;
      const trace = toTrace({ message, answer, peer, milliseconds }, this.#redactor);
      if (trace !== undefined) this.#trace?.(trace);
      return answer;
    };
    const answer = this.#answer(message, peer, observation);
    return isPromise(answer) ? answer.then(tell) : tell(answer);
  }

  /** Not async: of a request that stays open the function would be kept, with all it knows. */
  #settle(
    id: RequestId,
    result: Promise<string>,
    peer: Peer,
    observation: Observation | undefined,
  ): Promise<Answer> {
    return result.then(
      (text) => {
        observation?.end(this.catalog.isToolError(text) ? toolError : undefined);
        return toResultFrame(id, text);
      },
      (error: unknown) => {
        if (error instanceof CallAborted && error.why === "cancelled") {
          observation?.end(cancelled);
          return undefined;
        }
        return this.#fail(id, error, peer, "request", observation);
      },
    );
  }

  async #handleBatch(messages: readonly unknown[], peer: Peer): Promise<Answer> {
    const problem = findBatchProblem(messages, peer);
    if (problem !== undefined) return this.#refuseRequest(undefined, problem, peer);
    const answers = await Promise.all(messages.map((message) => this.#handleOne(message, peer)));
    const frames = answers.filter((answer) => answer !== undefined);
    // Each answer says for itself how it went.
    peer.status = 200;
    return frames.length === 0 ? undefined : `[${frames.join(",")}]`;
  }

  #notify(method: string, params: unknown, peer: Peer): undefined {
    if (method !== "notifications/cancelled" || !isJson(params)) return undefined;
    const { requestId, reason } = params;
    if (isRequestId(requestId))
      peer.cancel(requestId, typeof reason === "string" ? reason : "cancelled");
    return undefined;
  }

  #refuseRequest(id: RequestId | undefined, reason: string, peer: Peer): string {
    return this.#fail(id, new ProtocolError(errorCode.invalidRequest, reason, 400), peer);
  }

  /** The error frame for what was thrown. */
  #fail(
    id: RequestId | undefined,
    error: unknown,
    peer: Peer,
    where = "request",
    observation?: Observation | undefined,
  ): string {
    const rules = { sink: this.#sink, redactor: this.#redactor };
    const { status, challenge, ...said } = toFailure(error, where, rules);
    peer.status = status;
    peer.challenge = challenge;
    observation?.end({ type: String(said.code), code: said.code, message: said.message });
    return toErrorFrame(id, said);
  }
}

/** Why a batch is not taken; undefined for one that is. */
function findBatchProblem(messages: readonly unknown[], peer: Peer): string | undefined {
  const header = peer.headers?.["mcp-protocol-version"];
  const assumed = messages.some(hasEnvelope) ? modernRevision : batchRevision;
  const revision = peer.revision ?? header ?? assumed;
  if (revision !== batchRevision) return `${String(revision)} has no batches.`;
  if (messages.length > 0 && messages.length <= maxBatch) return undefined;
  return `A batch holds 1 to ${maxBatch} messages.`;
}

/** Whether a message answers what the client was asked. */
function isAnswer(message: Json): boolean {
  return "result" in message || "error" in message;
}

/**
 * Whether a message takes a slot. What a client answers needs none: the call that asked has one, and
 * waits for it. A subscription has a cap of its own, as it stays open.
 */
function wantsAnswer(message: unknown): boolean {
  if (!isJson(message)) return true;
  const { method } = message;
  if (method === "subscriptions/listen") return false;
  return "id" in message && (typeof method === "string" || !isAnswer(message));
}
