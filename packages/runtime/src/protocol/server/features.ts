import type { Middleware, ToolCall } from "@fairlead/define";
import { explain } from "@fairlead/define/start";
import type { Feature, FeatureCall } from "@fairlead/operate/audit";
import type { AccessOf } from "@fairlead/operate/policy";
import type { Call } from "../../call/call.ts";
import type { Request } from "../envelope.ts";
import { errorCode, isJson, type Json, ProtocolError } from "../json-rpc.ts";

/** -32002 until 2025-11-25, -32602 since (2026-07-28 changelog, minor change 6). */
export const legacyNotFound = -32002;

/** What the operator asks of requests for resources, prompts and completions. */
export interface FeatureRules {
  readonly access: AccessOf | undefined;
  /** Stand around each of them, the first outermost. */
  readonly around: readonly Middleware[];
}

/** A caller may not have what they ask for: answered as what is not there, and with the reason. */
class RefusedFeature extends ProtocolError {
  readonly refusedBy = "policy";
}

/** What a request asks for, if it is a resource, a prompt, a completion or to listen. */
export function toFeature({
  method,
  params,
}: Pick<Request, "method" | "params">): Feature | undefined {
  const named = (found: Json) => ({
    method,
    ...toName("resource", found),
    ...toName("prompt", found),
  });
  switch (method) {
    case "resources/read":
    case "resources/subscribe":
    case "resources/unsubscribe":
      return named({ resource: params["uri"] });
    case "prompts/get":
      return { ...named({ prompt: params["name"] }), arguments: params["arguments"] };
    case "completion/complete": {
      const { ref, argument, context } = params;
      const { uri, name } = isJson(ref) ? ref : { uri: undefined, name: undefined };
      const given = { argument, ...(context !== undefined && { context }) };
      return { ...named({ resource: uri, prompt: name }), arguments: given };
    }
    case "subscriptions/listen":
      return { method, arguments: params["notifications"] };
    default:
      return undefined;
  }
}

function toName(key: "resource" | "prompt", found: Json) {
  const value = found[key];
  return typeof value === "string" ? { [key]: value } : {};
}

/** Throws ProtocolError where the caller may not have what they ask for. */
export function assertPermitted(
  access: AccessOf | undefined,
  { method, resource, prompt }: Feature,
  { principal, modern }: Pick<Request, "principal" | "modern">,
): void {
  const features = access?.(principal).features;
  // What is not told any more may always be told less of.
  if (features === undefined || method === "resources/unsubscribe") return;
  const refuse = method === "completion/complete" ? features.template : features.resource;
  const reason =
    (resource === undefined ? undefined : refuse(resource)) ??
    (prompt === undefined ? undefined : features.prompt(prompt));
  if (reason === undefined) return;
  if (resource === undefined) throw new RefusedFeature(errorCode.invalidParams, reason);
  const code = modern ? errorCode.invalidParams : legacyNotFound;
  throw new RefusedFeature(code, reason, 200, { uri: resource });
}

/** Does the work of a request as the operator's rules have it: refused, counted and written down. */
export async function doFeature<T>(
  rules: FeatureRules,
  request: Request,
  call: Call,
  work: () => Promise<T>,
): Promise<T> {
  const { access, around } = rules;
  const isAsked = access !== undefined || around.length > 0;
  const feature = isAsked ? toFeature(request) : undefined;
  if (feature === undefined) return work();
  const permit = () => assertPermitted(access, feature, request);
  if (around.length === 0) {
    permit();
    return work();
  }
  const given: T[] = [];
  const before: Parameters<ToolCall["beforeRun"]>[0][] = [];
  const { principal, clientInfo, meta, signal, reference, resumes } = call;
  const step: FeatureCall = {
    ...{ feature, tool: request.method, arguments: {}, effect: "read" },
    ...{ principal, clientInfo, meta, signal, reference, resumes },
    assertPermitted: permit,
    beforeRun: (first) => void before.push(first),
  };
  let next: () => Promise<unknown> = async () => {
    permit();
    for (const first of before) await first({ effect: "read" });
    given.push(await work());
  };
  for (const outer of around.toReversed()) {
    const inner = next;
    next = async () => outer(step, inner);
  }
  try {
    await next();
  } catch (error) {
    throw toAnswer(error);
  }
  const [result] = given.slice(-1);
  if (result === undefined) throw new TypeError(`${request.method}: a middleware answered it.`);
  return result;
}

/** A limit, say, has its words for a model. There is none here, so the client gets them as an error. */
function toAnswer(error: unknown): unknown {
  const explained = explain(error);
  if (explained === undefined) return error;
  const meta = error instanceof Error && "meta" in error ? error.meta : undefined;
  return new ProtocolError(errorCode.busy, explained, 200, isJson(meta) ? meta : undefined);
}
