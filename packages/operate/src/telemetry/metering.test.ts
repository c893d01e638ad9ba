import { type Attributes, metrics } from "@opentelemetry/api";
import { afterEach, expect, test } from "vitest";
import { createMetering } from "./metering.ts";

afterEach(() => metrics.disable());

test("tenants have few values, however many there are", () => {
  const added: (readonly [name: string, value: number, Attributes | undefined])[] = [];
  const none = metrics.getMeterProvider().getMeter("none");
  metrics.setGlobalMeterProvider({
    getMeter: () => ({
      ...none,
      createCounter: (name) => ({
        add: (value, attributes) => void added.push([name, value, attributes]),
      }),
    }),
  });
  const count = createMetering("1.0.0");
  for (let n = 0; n < 1_000; n += 1) {
    count({ tenant: `tenant-${n}`, tool: "note", cost: 1, outcome: "ok" }, "read");
  }
  count({ tenant: "tenant-7", tool: "note", cost: 0, outcome: "limited" }, "read");
  count({ tool: "drop", cost: 10, outcome: "ok" }, "destroy");
  const tenants = new Set(added.map(([, , attributes]) => attributes?.["fairlead.tenant"]));
  expect(tenants.size).toBe(102);
  expect(tenants).toContain("_OTHER");
  const last = { "gen_ai.tool.name": "drop", "fairlead.cost_class": "destroy" };
  expect(added.slice(-3)).toEqual([
    [
      ...["fairlead.tool.calls", 1],
      {
        ...{ "fairlead.tenant": "tenant-7", "gen_ai.tool.name": "note" },
        ...{ "fairlead.cost_class": "read", "fairlead.outcome": "limited" },
      },
    ],
    ["fairlead.tool.calls", 1, { ...last, "fairlead.outcome": "ok" }],
    ["fairlead.tool.cost", 10, last],
  ]);
});
