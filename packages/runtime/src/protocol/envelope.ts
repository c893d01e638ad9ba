import type { ClientCapabilities, LogLevel, Principal } from "@fairlead/define";
import { logLevels } from "@fairlead/define/start";
import { readCursor } from "../call/arguments/readings.ts";
import type { CallFacts } from "../call/call.ts";
import { assertStandardHeaders } from "./headers.ts";
import {
  errorCode,
  isJson,
  isRequestId,
  type Json,
  ProtocolError,
  type RequestId,
  toNotificationFrame,
} from "./json-rpc.ts";
import { type Peer, readClient } from "./peer.ts";
import {
  type Era,
  headerlessRevision,
  isLegacyRevision,
  type LegacyRevision,
  legacyRevisions,
  modernRevision,
} from "./revisions.ts";

const versionKey = "io.modelcontextprotocol/protocolVersion";
const capabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
const clientKey = "io.modelcontextprotocol/clientInfo";
const logLevelKey = "io.modelcontextprotocol/logLevel";
const none: Json = Object.freeze({});

/**
 * One request with everything its revision says about it, wherever it was said. Making one tells
 * its era and checks its envelope (2026-07-28 basic/index "_meta" and streamable-http "Server
 * Validation"); throws ProtocolError with the status that goes with it.
 *
 * A class and no literal: V8 takes literals that outlive a collection or two, as those of a first
 * burst do, for long-lived, and then every later one fills the old generation.
 */
export class Request implements CallFacts {
  readonly id: RequestId;
  readonly method: string;
  readonly params: Json;
  readonly peer: Peer;
  readonly modern: boolean;
  readonly revision: LegacyRevision | typeof modernRevision;
  readonly progressToken: RequestId | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly clientCapabilities: ClientCapabilities;
  readonly #meta: Json;

  constructor(id: RequestId, method: string, message: Json, peer: Peer) {
    const params = message["params"] ?? none;
    if (!isJson(params)) {
      throw new ProtocolError(errorCode.invalidParams, "params must be an object.", 400);
    }
    const meta = isJson(params["_meta"]) ? params["_meta"] : none;
    const declared = meta[versionKey];
    const header = peer.headers?.["mcp-protocol-version"];
    const token = meta["progressToken"];
    this.id = id;
    this.method = method;
    this.params = params;
    this.peer = peer;
    this.progressToken = typeof token === "string" || typeof token === "number" ? token : undefined;
    this.#meta = meta;

    if (declared === undefined && (header === undefined || isLegacyRevision(header))) {
      this.modern = false;
      this.revision =
        peer.revision ?? header ?? (peer.headers ? headerlessRevision : legacyRevisions[0]);
      this.logLevel = peer.logLevel ?? "info";
      this.clientCapabilities = peer.clientCapabilities;
      return;
    }
    if (declared !== modernRevision || (peer.headers && header !== declared)) {
      refuseVersion(declared, header, peer);
    }
    const clientCapabilities = meta[capabilitiesKey];
    if (!isJson(clientCapabilities)) throw missing(capabilitiesKey);
    if (peer.headers) assertStandardHeaders(peer.headers, method, params);
    this.modern = true;
    this.revision = modernRevision;
    this.logLevel = readLogLevel(meta[logLevelKey]);
    this.clientCapabilities = clientCapabilities;
  }

  get era(): Era {
    return this.modern ? "modern" : "legacy";
  }

  get principal(): Principal {
    return this.peer.principal;
  }

  /** Where a page of a list begins; undefined for its first. */
  get cursor(): unknown {
    return readCursor(this.params["cursor"]);
  }

  get clientInfo(): Peer["client"] {
    return this.modern ? readClient(this.#meta[clientKey]) : this.peer.client;
  }

  /** Asks the client; undefined where its revision or the transport has no way to. */
  get ask(): Peer["ask"] {
    return this.modern ? undefined : this.peer.ask;
  }

  notify(method: string, params: Json): void {
    const frame = toNotificationFrame(method, params);
    this.peer.send(frame, method === "notifications/progress" ? this.id : undefined);
  }
}

/** A message that is a request, whatever its envelope and its parameters may be. */
export interface RequestMessage extends Json {
  readonly id: RequestId;
  readonly method: string;
}

export function isRequestMessage(message: unknown): message is RequestMessage {
  if (!isJson(message) || message["jsonrpc"] !== "2.0") return false;
  return typeof message["method"] === "string" && isRequestId(message["id"]);
}

/** The request with the span it runs in as its parent, which middleware finds in `meta`. */
export function withTraceparent(message: RequestMessage, traceparent: string): RequestMessage {
  const params = message["params"] ?? none;
  if (!isJson(params)) return message;
  const meta = isJson(params["_meta"]) ? params["_meta"] : none;
  return { ...message, params: { ...params, _meta: { ...meta, traceparent } } };
}

/** Whether a message names its revision itself, as those of the stateless revision do. */
export function hasEnvelope(message: unknown): boolean {
  const params = isJson(message) ? message["params"] : undefined;
  const meta = isJson(params) ? params["_meta"] : undefined;
  return isJson(meta) && versionKey in meta;
}

function refuseVersion(declared: unknown, header: unknown, { headers }: Peer): never {
  if (typeof declared !== "string") {
    // No envelope and a version nobody knows: an older client, which may take an older revision.
    if (header !== undefined && header !== modernRevision) {
      throw unsupported(header, [modernRevision, ...legacyRevisions]);
    }
    throw missing(versionKey);
  }
  if (headers !== undefined && header !== declared) {
    throw new ProtocolError(
      errorCode.headerMismatch,
      header === undefined
        ? `Header mismatch: the MCP-Protocol-Version header is missing; the body says "${declared}".`
        : `Header mismatch: MCP-Protocol-Version is "${header}" but the body says "${declared}".`,
      400,
    );
  }
  throw unsupported(declared);
}

function unsupported(
  requested: unknown,
  supported: readonly string[] = [modernRevision],
): ProtocolError {
  return new ProtocolError(errorCode.unsupportedVersion, "Unsupported protocol version", 400, {
    supported,
    requested,
  });
}

function missing(key: string): ProtocolError {
  return new ProtocolError(
    errorCode.invalidParams,
    `params._meta["${key}"] is required on every request.`,
    400,
  );
}

export function isLogLevel(value: unknown): value is LogLevel {
  return logLevels.some((level) => level === value);
}

function readLogLevel(value: unknown): LogLevel | undefined {
  if (value === undefined || isLogLevel(value)) return value;
  throw new ProtocolError(
    errorCode.invalidParams,
    `A log level is one of ${logLevels.join(", ")}.`,
    400,
  );
}
