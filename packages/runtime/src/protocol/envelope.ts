import { type LogLevel, logLevels } from "../define/context.ts";
import type { ClientCapabilities } from "../define/metadata.ts";
import { assertStandardHeaders } from "./headers.ts";
import { errorCode, isJson, type Json, ProtocolError, type RequestId } from "./json-rpc.ts";
import { type Peer, readClient } from "./peer.ts";
import {
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

/** One request with everything its revision says about it, wherever it was said. */
export interface Request {
  readonly id: RequestId;
  readonly method: string;
  readonly params: Json;
  readonly modern: boolean;
  readonly revision: LegacyRevision | typeof modernRevision;
  readonly progressToken: RequestId | undefined;
  /** Undefined where the client must be sent no log messages. */
  readonly logLevel: LogLevel | undefined;
  readonly client: Peer["client"];
  readonly clientCapabilities: ClientCapabilities;
  readonly peer: Peer;
}

/**
 * Tells the era of a request and checks its envelope (2026-07-28 basic/index "_meta" and
 * streamable-http "Server Validation"); throws ProtocolError with the status that goes with it.
 */
export function readRequest(id: RequestId, method: string, message: Json, peer: Peer): Request {
  const params = message["params"] ?? none;
  if (!isJson(params)) {
    throw new ProtocolError(errorCode.invalidParams, "params must be an object.", 400);
  }
  const meta = isJson(params["_meta"]) ? params["_meta"] : none;
  const declared = meta[versionKey];
  const header = peer.headers?.["mcp-protocol-version"];
  const token = meta["progressToken"];
  const progressToken = typeof token === "string" || typeof token === "number" ? token : undefined;

  if (declared === undefined && (header === undefined || isLegacyRevision(header))) {
    const revision =
      peer.revision ?? header ?? (peer.headers ? headerlessRevision : legacyRevisions[0]);
    return {
      id,
      method,
      params,
      modern: false,
      revision,
      progressToken,
      logLevel: peer.logLevel ?? "info",
      client: peer.client,
      clientCapabilities: peer.clientCapabilities,
      peer,
    };
  }

  assertVersion(declared, header, peer.headers !== undefined);
  const clientCapabilities = meta[capabilitiesKey];
  if (!isJson(clientCapabilities)) throw missing(capabilitiesKey);
  if (peer.headers) assertStandardHeaders(peer.headers, method, params);
  return {
    id,
    method,
    params,
    modern: true,
    revision: modernRevision,
    progressToken,
    logLevel: readLogLevel(meta[logLevelKey]),
    client: readClient(meta[clientKey]),
    clientCapabilities,
    peer,
  };
}

function assertVersion(declared: unknown, header: unknown, http: boolean): void {
  if (typeof declared !== "string") {
    // No envelope and a version nobody knows: an older client, which may take an older revision.
    if (header !== undefined && header !== modernRevision) {
      throw unsupported(header, [modernRevision, ...legacyRevisions]);
    }
    throw missing(versionKey);
  }
  if (http && header !== declared) {
    throw new ProtocolError(
      errorCode.headerMismatch,
      header === undefined
        ? `Header mismatch: the MCP-Protocol-Version header is missing; the body says "${declared}".`
        : `Header mismatch: MCP-Protocol-Version is "${header}" but the body says "${declared}".`,
      400,
    );
  }
  if (declared !== modernRevision) throw unsupported(declared);
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
