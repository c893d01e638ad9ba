import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { toAccess } from "@fairlead/operate/tokens";
import { type Address, toMetricsAddress } from "./operate/common.ts";
import type { Values } from "./operate/options.ts";
import { isLoopback } from "./serve/http/hosts.ts";

/**
 * What would keep a process from listening, for one that ends over something else: so all is told at once.
 * Nothing of it may be listening any more.
 */
export async function findListenProblems(
  common: Values,
  http: Address | undefined,
): Promise<readonly string[]> {
  const metrics = toMetricsAddress(common).address;
  return [
    ...(http === undefined ? [] : findAccessProblems(common, http)),
    ...(http === undefined ? [] : await findPortProblems("--http", http)),
    ...(metrics === undefined ? [] : await findPortProblems("--metrics", metrics)),
  ];
}

function findAccessProblems(common: Values, { host }: Address): readonly string[] {
  const where = { host, loopback: isLoopback(host), oauth: common["oauthIssuer"] !== undefined };
  const access = toAccess(common, where, (path) => readFileSync(path, "utf8"));
  return "problem" in access ? [access.problem] : [];
}

/** Listens for a moment: nothing else shows whether the system permits it. */
async function findPortProblems(flag: string, { host, port }: Address): Promise<readonly string[]> {
  const server = createServer();
  try {
    await once(server.listen({ host, port }), "listening");
    return [];
  } catch (error) {
    return [toListenProblem(flag, { host, port }, error)];
  } finally {
    server.close();
  }
}

/** The problem with an address, from what the system says of it; throws what is none. */
export function toListenProblem(flag: string, { host, port }: Address, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string") throw error;
  return `${flag} ${host}:${port}: it cannot listen there (${code}).`;
}
