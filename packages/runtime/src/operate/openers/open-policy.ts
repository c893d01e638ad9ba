import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";

/** Opens the policy file, which says what callers may call and how much, and the file of what it cost. */
export async function openPolicy({
  common,
  ...host
}: OperationsHost): Promise<Partial<Operations> | undefined> {
  const [policyFile, meterFile] = [common["policyFile"], common["meterFile"]].map((path) =>
    typeof path === "string" ? path : undefined,
  );
  const { meters = [] } = host;
  if (policyFile === undefined && meterFile === undefined && meters.length === 0) return undefined;
  const { openPolicyFiles, PolicyFileError } = await import("@fairlead/operate/policy");
  try {
    const server = host.shared && host.surface.name;
    return await openPolicyFiles({ policyFile, meterFile }, { ...host, server });
  } catch (error) {
    throw error instanceof PolicyFileError ? new OptionProblems(error.problems) : error;
  }
}
