export type Era = "2025-11-25" | "2026-07-28";

export const legacy: Era = "2025-11-25";
export const modern: Era = "2026-07-28";

/** A tool call as the bench makes it, and a text found in every right answer. */
export interface Call {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly marker: string;
}

export const echoCall: Call = {
  tool: "echo",
  arguments: { text: "hello from the bench" },
  marker: "hello from the bench",
};

export const largeCall: Call = {
  tool: "ten_megabytes",
  arguments: {},
  marker: "Ten megabytes of plain text",
};

const client = { name: "fairlead-bench", version: "0.1.0" };

function toMeta(capabilities: object) {
  return {
    "io.modelcontextprotocol/protocolVersion": modern,
    "io.modelcontextprotocol/clientInfo": client,
    "io.modelcontextprotocol/clientCapabilities": capabilities,
  };
}

export function toInitialize(id: number): string {
  return frame({
    id,
    method: "initialize",
    params: { protocolVersion: legacy, capabilities: {}, clientInfo: client },
  });
}

export const initialized = frame({ method: "notifications/initialized" });

export function toList(era: Era, id: number): string {
  return toRequest(era, id, "tools/list", {});
}

export function toCall(era: Era, id: number, call: Call): string {
  return toRequest(era, id, "tools/call", { name: call.tool, arguments: call.arguments });
}

/** Any request; the capabilities are what a client of 2026-07-28 says with each. */
export function toRequest(
  era: Era,
  id: number,
  method: string,
  params: object,
  capabilities = {},
): string {
  const meta = era === modern && { _meta: toMeta(capabilities) };
  return frame({ id, method, params: { ...params, ...meta } });
}

function frame(message: object): string {
  return JSON.stringify({ jsonrpc: "2.0", ...message });
}

/** A POST to `/mcp` as the revision wants it, ready to be written to a socket. */
export function toHttpRequest(
  era: Era,
  body: string,
  facts: {
    readonly method: string;
    readonly name?: string;
    readonly token?: string | undefined;
    readonly session?: string | undefined;
  },
): Buffer {
  const lines = [
    "POST /mcp HTTP/1.1",
    "Host: 127.0.0.1",
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `MCP-Protocol-Version: ${era}`,
  ];
  if (facts.token !== undefined) lines.push(`Authorization: Bearer ${facts.token}`);
  if (facts.session !== undefined) lines.push(`Mcp-Session-Id: ${facts.session}`);
  if (era === modern) lines.push(`Mcp-Method: ${facts.method}`);
  if (era === modern && facts.name !== undefined) lines.push(`Mcp-Name: ${facts.name}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
