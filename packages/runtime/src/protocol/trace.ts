import type { Redactor } from "@fairlead/guard/redact";
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
  /** The arguments of a tool, prompt or completion. */
  readonly arguments: unknown;
}

interface Exchange {
  readonly message: unknown;
  readonly answer: string | undefined;
  readonly peer: Peer;
  readonly milliseconds: number;
}

/**
 * What a message came to, secrets taken out while every text is whole: half of one would stay.
 * Undefined for a message that asks for nothing, such as an answer.
 */
export function toTrace(
  { message, answer, peer, milliseconds }: Exchange,
  redactor: Redactor,
): Trace | undefined {
  if (!isJson(message) || typeof message["method"] !== "string") return undefined;
  const { method, params } = message;
  const target = toTarget(params);
  return {
    method: redactor.text(method),
    target: target === undefined ? undefined : redactor.text(target),
    principal: peer.principal.id,
    milliseconds,
    outcome: "id" in message ? toOutcome(answer) : "taken",
    characters: answer?.length ?? 0,
    arguments: isJson(params) ? redactor.value(params["arguments"]) : undefined,
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
