import type { Principal, TaskSupport } from "@fairlead/define";
import { anonymous } from "@fairlead/define/start";
import type { Request } from "../envelope.ts";
import { errorCode, isJson, type Json, ProtocolError } from "../json-rpc.ts";
import { taskRevision } from "../revisions.ts";

const extension = "io.modelcontextprotocol/tasks";

/** What 2026-07-28 calls tasks: an extension. */
export const tasksExtension: Json = { extensions: { [extension]: {} } };

/** What 2025-11-25 has of tasks in its core (SEP-1686). */
export function toTasksCapability(principal: Principal): Json {
  const list = principal !== anonymous && { list: {} };
  return { tasks: { ...list, cancel: {}, requests: { tools: { call: {} } } } };
}

/** What is asked about tasks, and in which era. */
export const taskMethods = [
  ["tasks/get", "both"],
  ["tasks/cancel", "both"],
  ["tasks/update", "modern"],
  ["tasks/result", "legacy"],
  ["tasks/list", "legacy"],
] as const;

/** Whether a client's revision has its method of tasks; who cannot be told apart lists nobody's. */
export function hasTaskMethod({ modern, revision, era, method, principal }: Request): boolean {
  if (!modern && revision !== taskRevision) return false;
  if (method === "tasks/list" && principal === anonymous) return false;
  return taskMethods.some(
    ([name, where]) => name === method && (where === "both" || where === era),
  );
}

/** Whether a client of 2026-07-28 says in its request that it knows tasks. */
export function declaresTasks({ clientCapabilities: { extensions } }: Request): boolean {
  return isJson(extensions) && isJson(extensions[extension]);
}

/** Throws -32021 for a client of 2026-07-28 that does not say that it knows tasks. */
export function assertTasksDeclared(request: Request): void {
  if (declaresTasks(request)) return;
  const message = `The client must declare the extension ${extension}.`;
  const data = { requiredCapabilities: tasksExtension };
  throw new ProtocolError(errorCode.missingClientCapability, message, 400, data);
}

/**
 * Whether a call may be answered with a task. In 2026-07-28 the server decides, for a client that
 * declares the extension; in 2025-11-25 the client asks for it; older revisions have none. Throws
 * ProtocolError where the tool and the request do not fit.
 */
export function mayBeTask(request: Request, tool: string, support?: TaskSupport): boolean {
  if (request.modern) {
    if (support === "required") assertTasksDeclared(request);
    return support !== undefined && declaresTasks(request);
  }
  const known = request.revision === taskRevision;
  const asked = known && isJson(request.params["task"]);
  if (asked && support === undefined) {
    throw refuse(`${tool} does not run as a task. Call it without "task".`);
  }
  if (!asked && support === "required") {
    const how = known ? 'Add "task" to the call' : `Speak ${taskRevision} or later`;
    throw refuse(`${tool} runs as a task only. ${how}.`);
  }
  return asked;
}

function refuse(message: string): ProtocolError {
  return new ProtocolError(errorCode.methodNotFound, message);
}
