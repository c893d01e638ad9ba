import { JsonRpcError } from "@fairlead/define/start";

export type RequestId = string | number;

export function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || Number.isSafeInteger(value);
}

export type Json = { readonly [key: string]: unknown };

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON-RPC 2.0 and MCP 2026-07-28 error codes (basic/index, "Error Codes"). */
export const errorCode = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  headerMismatch: -32020,
  missingClientCapability: -32021,
  unsupportedVersion: -32022,
  /** Of the official SDK, which 2025 clients know a lost session by. */
  sessionNotFound: -32001,
  /** Our own, outside the reserved range and named after the HTTP status that goes with it. */
  busy: 429,
} as const;

/** An answer in the `error` member. `status` is the HTTP status that goes with it. */
export class ProtocolError extends JsonRpcError {
  override readonly name = "ProtocolError";
  readonly status: number;

  constructor(code: number, message: string, status = 200, data?: Json) {
    super(code, message, data);
    this.status = status;
  }
}

export function invalidParams(message: string): ProtocolError {
  return new ProtocolError(errorCode.invalidParams, message);
}

/** For a method that nobody answers in the revision of its request. */
export function methodNotFound({
  method,
  modern,
}: {
  readonly method: string;
  readonly modern: boolean;
}): ProtocolError {
  const message = `Method not found: ${method}`;
  return new ProtocolError(errorCode.methodNotFound, message, modern ? 404 : 200);
}

/** A response frame around a result that is already JSON. */
export function toResultFrame(id: RequestId, result: string): string {
  return `{"jsonrpc":"2.0","id":${typeof id === "number" ? id : JSON.stringify(id)},"result":${result}}`;
}

/** An error frame; an id that could not be read is null, as JSON-RPC has it. */
export function toErrorFrame(
  id: RequestId | undefined,
  {
    code,
    message,
    data,
  }: { readonly code: number; readonly message: string; readonly data: unknown },
): string {
  return JSON.stringify({
    jsonrpc: "2.0",
    id: id ?? null,
    error: data === undefined ? { code, message } : { code, message, data },
  });
}

export function toRequestFrame(id: RequestId, method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

export function toNotificationFrame(method: string, params: unknown): string {
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${JSON.stringify(params)}}`;
}
