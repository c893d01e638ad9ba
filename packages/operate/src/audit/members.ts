import { hash } from "node:crypto";
import type { Principal, ToolCall } from "@fairlead/define";
import { toCanonical } from "./canonical.ts";
import type { Feature } from "./feature.ts";
import { type Redact, toBounded, toPreview, withoutSecrets } from "./preview.ts";

/** Characters of a name that a client or its token chose. */
const maxName = 200;
/** What a principal may say of itself, in this order. */
const whoKeys = ["id", "tenant", "subject", "client", "kind"];
/** W3C Trace Context, section 3.2: version, trace id, parent id and flags. */
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** Why a call was not allowed, and by what. */
export type RefusedBy = (typeof refusedBy)[number];

const refusedBy = [
  "policy",
  "limit",
  "scope",
  "validation",
  "confirmation",
  "user",
  "audit",
  "authentication",
  "protocol",
] as const;

export function isRefusedBy(value: unknown): value is RefusedBy {
  return refusedBy.some((by) => by === value);
}

/** The text of members of a line, such as `"tool":"list_files"`; a member that is undefined is left out. */
export function toMembers(members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(members).slice(1, -1);
}

/** Who calls, as far as the server knows. */
export function toWho(principal: Principal): Readonly<Record<string, string>> {
  const all: Readonly<Record<string, unknown>> = { ...principal };
  const who: Record<string, string> = {};
  for (const key of whoKeys) {
    const value = all[key];
    if (typeof value === "string") who[key] = toBounded(value, { max: maxName });
  }
  return who;
}

/** As `toWho`, for callers who come again: those of a token are one object. */
export function createWho(): typeof toWho {
  const known = new WeakMap<Principal, ReturnType<typeof toWho>>();
  return (principal) => {
    const who = known.get(principal) ?? toWho(principal);
    known.set(principal, who);
    return who;
  };
}

/** A name that somebody else chose. */
export function toName(text: string, redact: Redact): string {
  return toBounded(withoutSecrets(text, redact), { max: maxName });
}

type Client = NonNullable<ToolCall["clientInfo"]>;

/** What the client says about itself, without secrets: the last one is known, and likely to come again. */
export function createClientNames(
  redact: Redact,
): (client: Client | undefined) => Client | undefined {
  let given: Client = { name: "", version: "" };
  let shown = given;
  return (client) => {
    if (client === undefined) return undefined;
    const { name, version } = client;
    if (name !== given.name || version !== given.version) {
      given = { name, version };
      shown = { name: toName(name, redact), version: toName(version, redact) };
    }
    return shown;
  };
}

/** The trace that a request belongs to; undefined where it names none that is one. */
export function toTraceId(meta: Readonly<Record<string, unknown>>): string | undefined {
  const { traceparent: given } = meta;
  return typeof given === "string" ? traceparent.exec(given)?.[1] : undefined;
}

/** What a request asks for that is not a tool call. Throws as `toArguments` does. */
export function toFeatureMembers(feature: Feature, redact: Redact) {
  const { method, resource, prompt, arguments: given } = feature;
  return {
    method: toName(method, redact),
    ...(resource !== undefined && { resource: toName(resource, redact) }),
    ...(prompt !== undefined && { prompt: toName(prompt, redact) }),
    ...(given !== undefined && { arguments: toArguments(given, redact) }),
  };
}

/** Arguments as they stand in a line. Throws RangeError for those that are nested too deeply. */
export function toArguments(given: unknown, redact: Redact) {
  return { sha256: hash("sha256", toCanonical(given)), preview: toPreview(given, redact) };
}
