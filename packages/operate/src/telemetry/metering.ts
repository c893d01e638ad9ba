import type { Effect } from "@fairlead/define";
import { metrics } from "@opentelemetry/api";
import { other } from "./names.ts";

/** Tenants with a value of their own. Those that come later are counted together. */
const maxTenants = 100;

/** What is counted of one tool call. */
export interface Counted {
  readonly tenant?: string;
  readonly tool: string;
  /** What it took of the limits. */
  readonly cost: number;
  readonly outcome: string;
}

/**
 * Counts calls and what they cost, through the metrics of OpenTelemetry. Attributes have few values: the
 * tools of the server, the class of their cost, outcomes, and the first 100 tenants of the process.
 *
 * @example
 * const count = createMetering("1.0.0");
 * count({ tenant: "acme", tool: "git_add", cost: 5, outcome: "ok" }, "write");
 */
export function createMetering(version: string): (counted: Counted, effect: Effect) => void {
  const meter = metrics.getMeter("@fairlead/operate", version);
  const calls = meter.createCounter("fairlead.tool.calls", {
    description: "Tool calls that have ended.",
    unit: "{call}",
  });
  const costs = meter.createCounter("fairlead.tool.cost", {
    description: "What tool calls took of the limits.",
    unit: "{unit}",
  });
  const tenants = new Set<string>();
  return ({ tenant, tool, cost, outcome }, effect) => {
    const attributes = {
      ...(tenant !== undefined && { "fairlead.tenant": toKnown(tenants, tenant) }),
      ...{ "gen_ai.tool.name": tool, "fairlead.cost_class": effect },
    };
    calls.add(1, { ...attributes, "fairlead.outcome": outcome });
    if (cost > 0) costs.add(cost, attributes);
  };
}

function toKnown(tenants: Set<string>, tenant: string): string {
  if (tenants.has(tenant)) return tenant;
  if (tenants.size >= maxTenants) return other;
  tenants.add(tenant);
  return tenant;
}
