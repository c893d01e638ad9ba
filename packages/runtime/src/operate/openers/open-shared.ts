import { toMetricsAddress } from "../common.ts";
import type { OperationsHost, Shared } from "../operations.ts";
import { openAuditLog } from "./open-audit.ts";

/** The program that serves several servers: its lines in the audit log and its metrics have its name. */
export interface Program {
  readonly name: string;
  readonly version: string;
}

/** Opens what the servers of a process share. Throws OptionProblems where that cannot be had. */
export async function openShared(
  { name, version }: Program,
  host: Pick<OperationsHost, "common" | "log" | "secrets" | "usage">,
): Promise<Shared> {
  const { address } = toMetricsAddress(host.common);
  const audit = await openAuditLog({ name, version }, host);
  if (address === undefined) return { ...(audit && { audit }) };
  const { createProcessMetrics } = await import("@fairlead/operate/telemetry");
  const metrics = createProcessMetrics({ name, version, transport: "tcp" }, host.usage);
  return { metrics, ...(audit && { audit }) };
}
