import type { Task } from "@fairlead/store";
import type { CallFacts } from "../../call/call.ts";
import type { Request } from "../envelope.ts";
import { type Json, toNotificationFrame } from "../json-rpc.ts";
import { relate } from "./wire.ts";

/**
 * The facts of a call that may become a task. Once it is one, its client has the answer to the
 * request: what is said then goes out of band in 2025-11-25, and not at all in 2026-07-28.
 */
export class TaskFacts implements CallFacts {
  readonly principal: CallFacts["principal"];
  readonly clientInfo: CallFacts["clientInfo"];
  readonly clientCapabilities: CallFacts["clientCapabilities"];
  readonly logLevel: CallFacts["logLevel"];
  readonly method: string;
  readonly params: Json;
  readonly modern: boolean;
  readonly revision: Request["revision"];
  readonly ask: CallFacts["ask"];
  /** Never undefined, so that the call reports its progress, of which the message is the task's. */
  readonly progressToken: string | number;
  readonly #request: Request;
  /** The task that the call is becoming, if there is room for one. */
  becoming: Promise<Task | undefined> | undefined;
  /** The task that the call has become. */
  taskId: string | undefined;
  /** What the tool said last of its progress. */
  message: string | undefined;

  constructor(request: Request) {
    this.principal = request.principal;
    this.clientInfo = request.clientInfo;
    this.clientCapabilities = request.clientCapabilities;
    this.logLevel = request.logLevel;
    this.method = request.method;
    this.params = request.params;
    this.modern = request.modern;
    this.revision = request.revision;
    this.ask = request.ask;
    this.progressToken = request.progressToken ?? "";
    this.#request = request;
  }

  notify(method: string, params: Json): void {
    const { message } = params;
    const isProgress = method === "notifications/progress";
    if (isProgress && typeof message === "string") this.message = message;
    if (isProgress && this.#request.progressToken === undefined) return;
    if (this.taskId === undefined) this.#request.notify(method, params);
    else this.tell(method, { ...params, _meta: relate(this.taskId) });
  }

  /** Whether a client of 2025-11-25 listens now to what it did not ask for. */
  get heard(): boolean {
    return !this.modern && this.#request.peer.stream?.connected === true;
  }

  /** Says something of the task to a client that listens. */
  tell(method: string, params: Json): void {
    if (this.heard) this.#request.peer.stream?.send(toNotificationFrame(method, params));
  }
}
