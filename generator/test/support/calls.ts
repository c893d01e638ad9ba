import type { ServerResponse } from "node:http";
import type { Json } from "../../src/json.ts";
import { serve, toDocument, toPlan } from "./api.ts";

export const ok = { responses: { 200: { description: "OK" } } };
export const json = (schema: Json) => ({ content: { "application/json": { schema } } });

export interface SendOptions {
  readonly path?: string;
  readonly method?: string;
  /** More of the document. */
  readonly document?: Json;
  readonly config?: Json;
  readonly respond?: (response: ServerResponse) => void;
}

/** Opens the server of a document with one operation. */
export async function open(operation: Json, options: SendOptions = {}) {
  const { path = "/x", method = "get", document = {}, config = {}, respond } = options;
  const paths = { [path]: { [method]: { operationId: "doIt", ...ok, ...operation } } };
  const planned = await toPlan(toDocument(paths, document));
  const name = planned.report.outcomes[0]?.name ?? "";
  const { client, requests } = await serve(planned, config, respond);
  return { planned, name, requests, call: (args: Json) => client.callTool(name, args) };
}

/** What one call of the only operation of a document puts on the wire. */
export async function send(operation: Json, args: Json, options: SendOptions = {}) {
  const { planned, name, requests, call } = await open(operation, options);
  const { isError, text } = await call(args);
  if (isError) throw new Error(text);
  return { ...requests[0], planned, name, text };
}
