import { isJson } from "./json-rpc.ts";
import type { Peer } from "./peer.ts";

/** A request or notification and how it went, as an operator wants to know it. */
export interface Trace {
  readonly method: string;
  /** The tool, prompt or resource that was asked for. */
  readonly target: string | undefined;
  readonly principal: string;
  /** From the message as parsed JSON to the answer as text. */
  readonly milliseconds: number;
  readonly outcome: string;
  /** Of the answer, as it goes over the wire. */
  readonly characters: number;
  readonly params: unknown;
}

/** What a message came to; undefined for one that asks for nothing, such as an answer. */
export function toTrace(
  message: unknown,
  answer: string | undefined,
  peer: Peer,
  milliseconds: number,
): Trace | undefined {
  if (!isJson(message) || typeof message["method"] !== "string") return undefined;
  const { method, params } = message;
  return {
    method,
    target: toTarget(params),
    principal: peer.principal.id,
    milliseconds,
    outcome: "id" in message ? toOutcome(answer) : "taken",
    characters: answer?.length ?? 0,
    params,
  };
}

function toTarget(params: unknown): string | undefined {
  if (!isJson(params)) return undefined;
  const ref = isJson(params["ref"]) ? params["ref"] : {};
  const named = [params["name"], params["uri"], ref["name"], ref["uri"]];
  return named.find((name) => typeof name === "string");
}

/** Tracing has the time to read the answer again, and nobody else pays for it. */
function toOutcome(answer: string | undefined): string {
  if (answer === undefined) return "cancelled";
  const frame: unknown = JSON.parse(answer);
  if (!isJson(frame)) return "ok";
  if (isJson(frame["error"])) return `error ${String(frame["error"]["code"])}`;
  return isJson(frame["result"]) && frame["result"]["isError"] === true ? "tool error" : "ok";
}
