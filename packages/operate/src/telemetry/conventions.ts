import type { Surface } from "@fairlead/define";
import type { Subject } from "./names.ts";
import type { Fault } from "./observation.ts";

/**
 * Names of the OpenTelemetry semantic conventions for MCP (open-telemetry/semantic-conventions-genai,
 * docs/gen-ai/mcp.md, status Development).
 */
export const operationDuration = {
  name: "mcp.server.operation.duration",
  description: "Duration of MCP requests, from their receipt to their answer.",
  unit: "s",
} as const;

export const sessionDuration = {
  name: "mcp.server.session.duration",
  description: "Duration of MCP sessions.",
  unit: "s",
} as const;

/** Upper bounds in seconds that the conventions ask for. */
export const durationBounds = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
] as const;

/** How messages travel: over TCP with HTTP, and through a pipe on stdio. */
export type Transport = "tcp" | "pipe";

/** What telemetry has to know of the process it watches. */
export interface Watched {
  readonly surface: Pick<Surface, "toolsets" | "prompts" | "package">;
  readonly transport: Transport;
  /** Its name among the servers of one process; left out where there is one. */
  readonly server?: string;
}

/** Attributes that a metric may have: all have few values. */
export function toMetricAttributes(
  { method, tool, prompt }: Subject,
  revision: string,
  transport: Transport,
  fault?: Pick<Fault, "type" | "code">,
): Record<string, string> {
  return {
    "mcp.method.name": method,
    ...(tool !== undefined && {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool,
    }),
    ...(prompt !== undefined && { "gen_ai.prompt.name": prompt }),
    ...(fault && { "error.type": fault.type }),
    ...(fault?.code !== undefined && { "rpc.response.status_code": String(fault.code) }),
    ...(revision !== "" && { "mcp.protocol.version": revision }),
    "network.transport": transport,
  };
}

/** Attributes as Prometheus names labels: `mcp_method_name`. */
export function toLabels(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name.replaceAll(".", "_"), value]),
  );
}
