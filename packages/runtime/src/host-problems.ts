import { readFileSync } from "node:fs";
import type { Server, Surface } from "@fairlead/define";
import { toAccess } from "@fairlead/operate/tokens";
import type { Address } from "./operate/common.ts";
import { asksForOAuth, toScopedTools } from "./operate/openers/open-auth.ts";
import { OptionProblems } from "./operate/option-problems.ts";
import { toLoaded } from "./operate/served-endpoint.ts";
import type { Settings } from "./operate/settings.ts";
import { isLoopback } from "./serve/http/hosts.ts";

/** One of several servers of a process. */
export interface Hosted {
  /** Where its endpoint is, such as `/git/mcp`. */
  readonly path: string;
  readonly server: Server;
  /** Its surface, under the name that it has among the others. */
  readonly surface: Surface;
  readonly settings: Settings;
}

/**
 * Everything that is wrong with servers and can be found without opening anything: their options, their
 * policy and token files, and tokens that would open more than one of them. Gives the problems of each
 * server, in their order.
 */
export async function findHostProblems(
  hosted: readonly Hosted[],
  address: Address,
): Promise<readonly (readonly string[])[]> {
  const taken = new Map<string, string>();
  return Promise.all(
    hosted.map(async (each) => [
      ...each.settings.problems,
      ...findConfigProblems(each),
      ...(await findOAuthProblems(each, taken)),
      ...(await findPolicyFileProblems(each)),
      ...findAccessProblems(each, address),
    ]),
  );
}

/** What the server does not take, without what is told of an option already. */
function findConfigProblems({ server, surface, settings }: Hosted): readonly string[] {
  try {
    toLoaded(server, surface, settings, {});
    return [];
  } catch (error) {
    if (!(error instanceof OptionProblems)) throw error;
    const isTold = (problem: string) =>
      surface.options.some(
        ({ flag }) =>
          problem.startsWith(`${flag} `) && settings.problems.some((told) => told.includes(flag)),
      );
    return error.problems.filter((problem) => !isTold(problem));
  }
}

/** A token is good for one server (RFC 8707 section 2): no audience may be that of two. */
async function findOAuthProblems(
  { surface, settings: { common } }: Hosted,
  taken: Map<string, string>,
): Promise<readonly string[]> {
  if (!asksForOAuth(common)) return [];
  const { readSettings } = await import("@fairlead/operate/auth");
  const settings = readSettings(common, toScopedTools(surface));
  if ("problems" in settings) return settings.problems;
  return settings.audiences.flatMap((audience) => {
    const other = taken.get(audience) ?? surface.name;
    taken.set(audience, other);
    if (other === surface.name) return [];
    return `--oauth-audience: the server ${other} accepts tokens for ${JSON.stringify(audience)} too. Give each server a URL or an audience of its own, or a token for one would open the other.`;
  });
}

async function findPolicyFileProblems({ surface, settings }: Hosted): Promise<readonly string[]> {
  const { policyFile } = settings.common;
  if (typeof policyFile !== "string") return [];
  const { PolicyFileError, readPolicy } = await import("@fairlead/operate/policy");
  try {
    await readPolicy(policyFile, { surface });
    return [];
  } catch (error) {
    if (!(error instanceof PolicyFileError)) throw error;
    return error.problems;
  }
}

function findAccessProblems(
  { settings: { common } }: Hosted,
  { host }: Address,
): readonly string[] {
  const address = { host, loopback: isLoopback(host), oauth: asksForOAuth(common) };
  const access = toAccess(common, address, (path) => readFileSync(path, "utf8"));
  return "problem" in access ? [access.problem] : [];
}
