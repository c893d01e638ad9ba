import type { Surface } from "@fairlead/define";
import { methods, type PolicyFile } from "../file/schema.ts";

/** What one call of a tool costs by its name, and one request by its method: no tool has a slash in its name. */
export type Costs = ReadonlyMap<string, number>;

const defaults = { read: 1, write: 5, destroy: 10 };

/**
 * What calls cost: as the file says of the tool, else as it says of the effect. A tool that may change
 * something for some arguments costs as if it did, since what it will do is not known before it runs.
 */
export function toCosts(surface: Surface, { costs = {} }: Pick<PolicyFile, "costs">): Costs {
  const tools = surface.toolsets.flatMap((toolset) => toolset.tools);
  return new Map([
    ...tools.map(({ wire, effect }) => {
      const most = typeof effect === "string" ? effect : effect.most;
      const own = Object.entries(costs.tools ?? {}).find(([name]) => name === wire.name);
      return [wire.name, own?.[1] ?? costs[most] ?? defaults[most]] as const;
    }),
    ...methods.map((method) => [method, costs.read ?? defaults.read] as const),
  ]);
}

/** Whether it is a tool that costs so much, and not a request of another method. */
export function isTool(name: string): boolean {
  return !name.includes("/");
}
