import type { Task } from "@fairlead/store";
import type { Request } from "../envelope.ts";
import { errorCode, isJson, type Json, ProtocolError } from "../json-rpc.ts";

/** How often a client should ask how a task is doing. */
const pollMs = 1_000;
/** Characters of an error that stand in the status. */
const maxMessage = 500;

const relatedKey = "io.modelcontextprotocol/related-task";

/** Whose a task is: nobody else can name it, nor the same principal in the other era. */
export function toOwner({ principal: { id, client }, era }: Request): string {
  return JSON.stringify([id, client, era]);
}

/** The `_meta` by which 2025-11-25 ties a message to its task. */
export function relate(id: string): Json {
  return { [relatedKey]: { taskId: id } };
}

/** A task in 2026-07-28, without what belongs to its status. */
export function toTask(task: Task): Json {
  return {
    ...toFacts(task),
    status: task.status,
    ttlMs: task.ttlMs,
    pollIntervalMs: pollMs,
  };
}

/** The members of a task in 2026-07-28 as JSON, with its questions, result or error. */
export function toDetails(task: Task): string {
  const { ending, questions } = task;
  const facts = JSON.stringify(toTask(task)).slice(1, -1);
  if (ending?.status === "completed") return `${facts},"result":${ending.result}`;
  if (ending?.status === "failed") return `${facts},"error":${ending.error}`;
  if (questions.size === 0) return facts;
  return `${facts},"inputRequests":${JSON.stringify(Object.fromEntries(questions))}`;
}

/** A task in 2025-11-25, which calls it failed when the tool says that it failed. */
export function toLegacyTask(task: Task): Json {
  const { ending } = task;
  const failed = ending?.status === "completed" && ending.isError;
  return {
    ...toFacts(task),
    status: failed ? "failed" : task.status,
    ttl: task.ttlMs,
    pollInterval: pollMs,
  };
}

function toFacts({ id, message, createdAt, updatedAt }: Task): Json {
  return {
    taskId: id,
    ...(message !== undefined && { statusMessage: message }),
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(updatedAt).toISOString(),
  };
}

/** What `tasks/result` answers for a task that has ended; throws ProtocolError as the call would have. */
export function toLegacyResult({ id, ending }: Task): string {
  if (ending?.status === "completed") {
    return `${ending.result.slice(0, -1)},"_meta":${JSON.stringify(relate(id))}}`;
  }
  const error: unknown = ending?.status === "failed" ? JSON.parse(ending.error) : {};
  const { code, message, data } = isJson(error) ? error : {};
  throw new ProtocolError(
    typeof code === "number" ? code : errorCode.internal,
    typeof message === "string" ? message : (ending?.message ?? "The task was cancelled."),
    200,
    isJson(data) ? data : undefined,
  );
}

/** What a result that says it is an error says first. */
export function toStatusMessage(result: string): string | undefined {
  const { content }: { content?: unknown } = JSON.parse(result);
  const [first]: unknown[] = Array.isArray(content) ? content : [];
  const text = isJson(first) ? first["text"] : undefined;
  return typeof text === "string" ? text.slice(0, maxMessage) : undefined;
}
