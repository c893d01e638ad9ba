import { type ListKind, listKinds } from "../../define/server.ts";
import { invalidParams, isJson } from "../json-rpc.ts";

/** Resources that one subscription may name. */
const mostUris = 256;
/** Characters of a URI, since each is kept for as long as somebody listens. */
const longestUri = 8_192;

/** What a client wants to be told of. */
export interface Filter {
  readonly lists: readonly ListKind[];
  /** Each once. */
  readonly uris: readonly string[];
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
  const given = notifications["resourceSubscriptions"] ?? [];
  if (!Array.isArray(given)) {
    throw invalidParams("notifications.resourceSubscriptions must be a list of URIs.");
  }
  if (given.length > mostUris) {
    throw invalidParams(
      `notifications.resourceSubscriptions has ${given.length} URIs. A subscription takes ${mostUris}: open several.`,
    );
  }
  return { lists, uris: [...new Set(given.map(readUri))] };
}

/** A URI to listen to; throws ProtocolError. */
export function readUri(uri: unknown): string {
  if (typeof uri !== "string") throw invalidParams("A resource is named by its URI (string).");
  if (uri.length <= longestUri) return uri;
  throw invalidParams(`A URI has ${uri.length} characters; ${longestUri} are the most.`);
}

/** The filter as it is acknowledged. */
export function writeFilter({ lists, uris }: Filter): { readonly [member: string]: unknown } {
  return {
    ...Object.fromEntries(lists.map((kind) => [toMember(kind), true])),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  };
}

function toMember(kind: ListKind): string {
  return `${kind}ListChanged`;
}
