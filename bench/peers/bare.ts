// The physical limit: parses a frame, answers it, and checks nothing.
import {
  annotations,
  echoFacts,
  fillerCount,
  fillerFacts,
  fillerFields,
  largeFacts,
  serverInfo,
  textDescription,
  toLargeText,
  workload,
} from "./workload.ts";

interface Frame {
  readonly id?: number | string;
  readonly method: string;
  readonly params: { readonly arguments: { readonly text: string } };
}

let list: string | undefined;
let large: string | undefined;

/** The answer to a frame, or nothing for a notification. */
export function answer(text: string): string | undefined {
  const frame: Frame = JSON.parse(text);
  if (frame.id === undefined) return undefined;
  if (frame.method === "tools/call") return reply(frame.id, call(frame));
  if (frame.method === "tools/list") {
    list ??= JSON.stringify({ tools: toTools(), resultType: "complete" });
    return `{"jsonrpc":"2.0","id":${JSON.stringify(frame.id)},"result":${list}}`;
  }
  return reply(frame.id, {
    protocolVersion: "2025-11-25",
    capabilities: { tools: {} },
    serverInfo,
  });
}

function reply(id: number | string, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result });
}

function call(frame: Frame) {
  if (workload === "ten-megabytes") large ??= toLargeText();
  const text = large ?? frame.params.arguments.text;
  return { content: [{ type: "text", text }], resultType: "complete" };
}

function toTools(): unknown[] {
  if (workload === "ten-megabytes") return [toTool(largeFacts, [])];
  const echo = toTool(echoFacts, [["text", textDescription]]);
  if (workload === "echo") return [echo];
  const fillers = Array.from({ length: fillerCount }, (_, index) =>
    toTool(fillerFacts(index), fillerFields),
  );
  return [...fillers, echo];
}

function toTool(facts: object, fields: readonly (readonly [string, string])[]) {
  const properties = fields.map(([name, description]) => [name, { type: "string", description }]);
  return {
    ...facts,
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(properties),
      required: fields.map(([name]) => name),
      additionalProperties: false,
    },
    annotations,
  };
}
