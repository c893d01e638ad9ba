import { readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import type { Middleware, Surface } from "@fairlead/define";
import { type LimitStore, MemoryLimits } from "@fairlead/store";
import { type FollowLog, followPolicyFile } from "./file/follow.ts";
import { createParse } from "./file/parse.ts";
import { Policy } from "./file/policy.ts";
import { PolicyFileError } from "./file/problem.ts";
import { Limiter } from "./limits/limiter.ts";
import { createThrottle } from "./limits/throttle.ts";
import { JsonLines } from "./meter/json-lines.ts";
import { createMeter, type MeterOptions } from "./meter/meter.ts";
import type { AccessOf } from "./rules/access.ts";
import type { Caller } from "./rules/caller.ts";
import { toCosts } from "./rules/costs.ts";

/** What a process gives to its policy. */
export interface PolicyHost {
  readonly surface: Surface;
  readonly log: FollowLog;
  /** Where limits are counted; in the memory of this process without one. */
  readonly limits?: LimitStore | undefined;
  /** The name of the server, for lines of a meter file that several servers may write to. */
  readonly server?: string | undefined;
  /** Are told of each tool call, next to the meter file. */
  readonly meters?: readonly MeterOptions["write"][];
}

/** The files that the operator names. */
export interface PolicyFiles {
  readonly policyFile: string | undefined;
  readonly meterFile: string | undefined;
}

/** What a process has of them. */
export interface OpenedPolicy {
  /** Stand around every tool call, the first outermost. */
  readonly middleware: readonly Middleware[];
  /** Stand around every request for a resource, a prompt or a completion. */
  readonly features?: readonly Middleware[];
  readonly access?: AccessOf;
  /** How many milliseconds a principal has to wait before its next request is read. */
  throttle?(caller: Caller): number | undefined;
  /** Reads the policy file at once. */
  reread?(): void;
  /** Calls back each time that `access` says something else than before. */
  onAccess?(changed: () => void): void;
  close(): Promise<void>;
}

/** Opens what the operator asks for; throws PolicyFileError where a file cannot be used. */
export async function openPolicyFiles(
  { policyFile, meterFile }: PolicyFiles,
  host: PolicyHost,
): Promise<OpenedPolicy> {
  const policy = policyFile === undefined ? undefined : await readPolicy(policyFile, host);
  const { meters = [] } = host;
  const isMetered = meterFile !== undefined || meters.length > 0;
  const meter = isMetered ? await openMeter(meterFile, { ...host, meters }, policy) : undefined;
  const rules = policyFile && policy && followRules(policyFile, policy, host);
  return {
    ...rules,
    // What a limit refuses is metered too.
    middleware: [...(meter?.middleware ?? []), ...(rules ? rules.middleware : [])],
    async close() {
      if (rules) await rules.close();
      await meter?.close();
    },
  };
}

/** Reads a policy file for a server; throws PolicyFileError where it cannot be used. */
export async function readPolicy(
  path: string,
  { surface }: Pick<PolicyHost, "surface">,
): Promise<Policy> {
  const parse = await createParse(path);
  try {
    return new Policy(surface, parse, readFileSync(path, "utf8"));
  } catch (error) {
    const problems = error instanceof PolicyFileError ? error.problems : ["It cannot be read."];
    throw new PolicyFileError(problems.map((problem) => `--policy-file ${path}: ${problem}`));
  }
}

function followRules(path: string, policy: Policy, { log, limits }: PolicyHost): OpenedPolicy {
  const limiter = new Limiter(policy, {
    store: limits ?? new MemoryLimits(() => performance.now()),
    warn: log.warn,
  });
  let tell: (() => void) | undefined;
  const following = followPolicyFile(path, policy, { log, changed: () => tell?.() });
  return {
    ...{ middleware: [limiter.middleware], features: [limiter.middleware] },
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
}

async function openMeter(
  path: string | undefined,
  { surface, log, server, meters }: PolicyHost & Required<Pick<PolicyHost, "meters">>,
  policy: Policy | undefined,
): Promise<OpenedPolicy> {
  const lines = path === undefined ? undefined : await openMeterFile(path, log);
  const costs = toCosts(surface, {});
  const costOf = (tool: string) => (policy?.rules.costs ?? costs).get(tool) ?? 1;
  const write: MeterOptions["write"] = (metered, effect) => {
    lines?.add(server === undefined ? metered : { ...metered, server });
    for (const each of meters) each(metered, effect);
  };
  return { middleware: [createMeter({ write, costOf })], close: async () => lines?.close() };
}

async function openMeterFile(path: string, log: FollowLog): Promise<JsonLines> {
  try {
    await appendFile(path, "", { mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    throw new PolicyFileError([`--meter-file ${path}: it cannot be written (${String(code)}).`]);
  }
  return new JsonLines(path, { warn: (message) => log.warn(`--meter-file ${message}`) });
}
