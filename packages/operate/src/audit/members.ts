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

/** Members one after the other; those that are undefined are left out. */
export function join(...members: readonly (string | undefined)[]): string {
  let text = "";
  for (const member of members) {
    if (member !== undefined) text += text === "" ? member : `,${member}`;
  }
  return text;
}

/** Who calls, as far as the server knows. */
function toWho(principal: Principal): Readonly<Record<string, string>> {
  const all: Readonly<Record<string, unknown>> = { ...principal };
  const who: Record<string, string> = {};
  for (const key of whoKeys) {
    const value = all[key];
    if (typeof value === "string") who[key] = toBounded(value, { max: maxName });
  }
  return who;
}

/** Writes who calls. Callers of a token come again, as the same object, and are written once. */
export function createWho(): (principal: Principal) => string {
  const known = new WeakMap<Principal, string>();
  return (principal) => {
    let who = known.get(principal);
    if (who === undefined) {
      who = toMembers({ who: toWho(principal) });
      known.set(principal, who);
    }
    return who;
  };
}

/** A name that somebody else chose. */
export function toName(text: string, redact: Redact): string {
  return toBounded(withoutSecrets(text, redact), { max: maxName });
}

type Client = NonNullable<ToolCall["clientInfo"]>;

/** Writes what the client says about itself, without secrets: the last one is likely to come again. */
export function createClientNames(
  redact: Redact,
): (client: Client | undefined) => string | undefined {
  let given: Client | undefined;
  let shown = "";
  return (client) => {
    if (client === undefined) return undefined;
    const { name, version } = client;
    if (name !== given?.name || version !== given.version) {
      given = { name, version };
      const client = { name: toName(name, redact), version: toName(version, redact) };
      shown = toMembers({ client });
    }
    return shown;
  };
}

/** The trace that a request belongs to; undefined where it names none that is one. */
export function toTrace(meta: Readonly<Record<string, unknown>>): string | undefined {
  const { traceparent: given } = meta;
  const id = typeof given === "string" ? traceparent.exec(given)?.[1] : undefined;
  return id === undefined ? undefined : `"trace":"${id}"`;
}

/** What a request asks for that is not a tool call. Throws as `toArguments` does. */
export function toFeatureMembers(feature: Feature, redact: Redact): string {
  const { method, resource, prompt, arguments: given } = feature;
  const asked = {
    method: toName(method, redact),
    ...(resource !== undefined && { resource: toName(resource, redact) }),
    ...(prompt !== undefined && { prompt: toName(prompt, redact) }),
  };
  return join(toMembers(asked), given === undefined ? undefined : toArguments(given, redact));
}

/** Arguments as they stand in a line. Throws RangeError for those that are nested too deeply. */
export function toArguments(given: unknown, redact: Redact): string {
  const sha256 = hash("sha256", toCanonical(given));
  return `"arguments":{"sha256":"${sha256}","preview":${JSON.stringify(toPreview(given, redact))}}`;
}

let lastMs = Number.NaN;
let lastTime = "";

/** The time now, in ISO 8601. The calls of one millisecond have it written once. */
export function now(): string {
  const ms = Date.now();
  if (ms !== lastMs) {
    lastMs = ms;
    lastTime = new Date(ms).toISOString();
  }
  return lastTime;
}
