import { readFileSync } from "node:fs";
import { MemoryLimits } from "@fairlead/store";
import type { Operations, OperationsHost } from "./operations.ts";
import { UsageError } from "./usage-error.ts";

/** Opens the policy file, which says what callers may call and how much, and the file of what it cost. */
export async function openPolicy(host: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { policyFile, meterFile } = host.common;
  const opened: Partial<Operations>[] = [];
  const rules = typeof policyFile === "string" ? await openRules(policyFile, host) : undefined;
  if (typeof meterFile === "string") opened.push(await openMeter(meterFile, host, rules?.costOf));
  if (rules !== undefined) opened.push(rules.operations);
  return Object.assign({}, ...opened, {
    // What a limit refuses is metered too.
    middleware: opened.flatMap(({ middleware = [] }) => middleware),
    async close() {
      for (const { close } of opened.toReversed()) await close?.();
    },
  });
}

async function openRules(path: string, { surface, log, limits }: OperationsHost) {
  const { createParse, createThrottle, followPolicyFile, Limiter, Policy, PolicyFileError } =
    await import("@fairlead/operate/policy");
  const parse = await createParse(path);
  const read = () => {
    try {
      return new Policy(surface, parse, readFileSync(path, "utf8"));
    } catch (error) {
      const problems = error instanceof PolicyFileError ? error.problems : ["It cannot be read."];
      throw new UsageError(problems.map((problem) => `--policy-file ${path}: ${problem}`));
    }
  };
  const policy = read();
  const limiter = new Limiter(policy, { store: limits ?? new MemoryLimits(), warn: log.warn });
  let tell: (() => void) | undefined;
  const following = followPolicyFile(path, policy, { log, changed: () => tell?.() });
  const operations: Partial<Operations> = {
    middleware: [limiter.middleware],
    access: (principal) => policy.of(principal),
    throttle: createThrottle(policy),
    reread: following.read,
    onAccess: (changed) => {
      tell = changed;
    },
    async close() {
      following.close();
      limiter.close();
    },
  };
  return { operations, costOf: (tool: string) => policy.rules.costs.get(tool) ?? 1 };
}

async function openMeter(
  path: string,
  { surface, log }: OperationsHost,
  costOf: ((tool: string) => number) | undefined,
): Promise<Partial<Operations>> {
  const { createMeter, JsonLines, toCosts } = await import("@fairlead/operate/policy");
  const lines = new JsonLines(path, { warn: (message) => log.warn(`--meter-file ${message}`) });
  const costs = toCosts(surface, {});
  const meter = createMeter({
    write: (metered) => lines.add(metered),
    costOf: costOf ?? ((tool) => costs.get(tool) ?? 1),
  });
  return { middleware: [meter], close: () => lines.close() };
}
