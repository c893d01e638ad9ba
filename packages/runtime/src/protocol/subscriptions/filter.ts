import type { ListKind } from "@fairlead/define";
import { listKinds } from "@fairlead/define/run";
import { invalidParams, isJson, type Json } from "../json-rpc.ts";

/** Resources, and tasks, that one subscription may name. */
const mostNames = 256;
/** Characters of a URI, since each is kept for as long as somebody listens. */
const longestUri = 8_192;

/** What a client wants to be told of. */
export interface Filter {
  readonly lists: readonly ListKind[];
  /** Each once. */
  readonly uris: readonly string[];
  /** Ids of tasks (extension io.modelcontextprotocol/tasks), each once. */
  readonly tasks: readonly string[];
}

/** Reads the filter of `subscriptions/listen`; throws ProtocolError. */
export function readFilter(notifications: unknown): Filter {
  if (!isJson(notifications)) {
    throw invalidParams("notifications is required: an object that says what to be told of.");
  }
  const lists = listKinds.filter((kind) => {
    const wanted = notifications[toMember(kind)];
    if (wanted === undefined || typeof wanted === "boolean") return wanted === true;
    throw invalidParams(`notifications.${toMember(kind)} must be true or false.`);
  });
  const uris = readNames(notifications, "resourceSubscriptions", "URIs").map(readUri);
  const tasks = readNames(notifications, "taskIds", "ids").map(readTaskId);
  return { lists, uris: [...new Set(uris)], tasks: [...new Set(tasks)] };
}

function readNames(notifications: Json, member: string, what: string): readonly unknown[] {
  const given = notifications[member] ?? [];
  if (!Array.isArray(given)) {
    throw invalidParams(`notifications.${member} must be a list of ${what}.`);
  }
  if (given.length <= mostNames) return given;
  throw invalidParams(
    `notifications.${member} has ${given.length} ${what}. A subscription takes ${mostNames}: open several.`,
  );
}

function readTaskId(id: unknown): string {
  if (typeof id === "string") return id;
  throw invalidParams("A task is named by its id (string).");
}

/** A URI to listen to; throws ProtocolError. */
export function readUri(uri: unknown): string {
  if (typeof uri !== "string") throw invalidParams("A resource is named by its URI (string).");
  if (uri.length <= longestUri) return uri;
  throw invalidParams(`A URI has ${uri.length} characters; ${longestUri} are the most.`);
}

/** The filter as it is acknowledged. */
export function writeFilter({ lists, uris, tasks }: Filter): {
  readonly [member: string]: unknown;
} {
  return {
    ...Object.fromEntries(lists.map((kind) => [toMember(kind), true])),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
    ...(tasks.length > 0 && { taskIds: tasks }),
  };
}

function toMember(kind: ListKind): string {
  return `${kind}ListChanged`;
}
