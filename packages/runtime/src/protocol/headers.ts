import { readArguments } from "../call/arguments/readings.ts";
import { errorCode, isJson, type Json, ProtocolError } from "./json-rpc.ts";
import type { Peer } from "./peer.ts";

type Headers = NonNullable<Peer["headers"]>;

/** An input field that clients mirror into `Mcp-Param-<name>`, by its path of property keys. */
export interface ParamHeader {
  readonly header: string;
  readonly path: readonly string[];
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const integer = /^-?\d+(?:\.0+)?$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const sentinelStart = "=?base64?";
const sentinelEnd = "?=";

/** Which `params` member the `Mcp-Name` header repeats, for the methods that need it. */
const nameSource: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
  ["tasks/get", "taskId"],
  ["tasks/update", "taskId"],
  ["tasks/cancel", "taskId"],
]);

/** Checks `Mcp-Method` and `Mcp-Name` against the body; throws -32020 with status 400. */
export function assertStandardHeaders(headers: Headers, method: string, params: Json): void {
  const stated = headers["mcp-method"];
  if (stated !== method) throw mismatch("Mcp-Method", stated, method);
  const source = nameSource.get(method);
  if (source === undefined) return;
  const name = headers["mcp-name"];
  const actual = params[source];
  if (decode("Mcp-Name", name) !== actual) {
    throw mismatch("Mcp-Name", name, actual);
  }
}

/**
 * Checks the `Mcp-Param-*` headers of a tool call against its arguments; throws -32020. An integer
 * is compared as a number, since `42.0` and `42` are the same value. An object on the way to a field
 * may stand there as JSON text, as the tool will read it: no text may hide a field from its header.
 */
export function assertParamHeaders(
  headers: Headers,
  params: readonly ParamHeader[],
  args: Json,
): void {
  for (const { header, path } of params) {
    const stated = decode(header, headers[header.toLowerCase()]);
    const actual = path.reduce<unknown>((at, key) => {
      const holder = readArguments(at);
      return isJson(holder) ? holder[key] : undefined;
    }, args);
    if (actual === undefined || actual === null) {
      if (stated !== undefined) throw mismatch(header, stated, actual);
    } else if (stated === undefined || !isSame(stated, actual)) {
      throw mismatch(header, stated, actual);
    }
  }
}

function isSame(stated: string, actual: unknown): boolean {
  if (typeof actual === "number") return integer.test(stated) && Number(stated) === actual;
  return typeof actual === "boolean" ? stated === String(actual) : stated === actual;
}

/** Where a schema stands: only what names of properties lead to has one value to compare. */
type Place = "top" | "property" | "elsewhere";

/**
 * Finds the `x-mcp-header` fields of an input schema; throws for a name or place the specification
 * forbids (2026-07-28 streamable-http, "Schema Extension").
 */
export function findParamHeaders(schema: unknown, tool: string): readonly ParamHeader[] {
  const found: ParamHeader[] = [];
  const seen = new Set<string>();
  const visit = (node: unknown, path: readonly string[], place: Place): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, path, "elsewhere");
      return;
    }
    if (!isJson(node)) return;
    const name = node["x-mcp-header"];
    if (name !== undefined) {
      assertParamHeader(name, node, place, `${tool}: ${path.join(".")}`);
      const key = name.toLowerCase();
      if (seen.has(key)) throw new TypeError(`${tool}: x-mcp-header "${name}" is used twice.`);
      seen.add(key);
      found.push({ header: `Mcp-Param-${name}`, path });
    }
    for (const [keyword, child] of Object.entries(node)) {
      if (keyword === "properties" && isJson(child)) {
        for (const [key, property] of Object.entries(child)) {
          visit(property, [...path, key], place === "elsewhere" ? place : "property");
        }
      } else if (keyword !== "default" && keyword !== "const" && keyword !== "enum") {
        visit(child, path, "elsewhere");
      }
    }
  };
  visit(schema, [], "top");
  return found;
}

function assertParamHeader(
  name: unknown,
  node: Json,
  place: Place,
  where: string,
): asserts name is string {
  if (typeof name !== "string" || !token.test(name)) {
    throw new TypeError(
      `${where}: x-mcp-header must be an HTTP token, not ${JSON.stringify(name)}.`,
    );
  }
  if (place !== "property") {
    throw new TypeError(`${where}: x-mcp-header is allowed only below "properties" keys.`);
  }
  if (!["string", "integer", "boolean"].includes(String(node["type"]))) {
    throw new TypeError(`${where}: x-mcp-header needs a string, integer or boolean.`);
  }
}

/** The value behind the Base64 sentinel, or the value itself; throws on a malformed sentinel. */
function decode(header: string, value: string | readonly string[] | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw mismatch(header, value, "one value");
  if (!value.startsWith(sentinelStart) || !value.endsWith(sentinelEnd)) return value;
  const body = value.slice(sentinelStart.length, -sentinelEnd.length);
  if (!base64.test(body)) throw mismatch(header, value, "valid Base64");
  return Buffer.from(body, "base64").toString("utf8");
}

function mismatch(header: string, stated: unknown, actual: unknown): ProtocolError {
  const says =
    stated === undefined ? "is missing" : `value ${JSON.stringify(stated)} does not match`;
  return new ProtocolError(
    errorCode.headerMismatch,
    `Header mismatch: ${header} ${says}; the body has ${JSON.stringify(actual) ?? "no value"}.`,
    400,
  );
}
