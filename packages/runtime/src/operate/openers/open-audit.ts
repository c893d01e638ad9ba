import { createRedactor } from "@fairlead/guard/redact";
import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";

/** Opens the audit log of `--audit-file`. */
export async function openAudit(host: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { surface, common, log, secrets } = host;
  const { auditFile } = common;
  if (typeof auditFile !== "string") return undefined;
  const { AuditProblem, openAudit } = await import("@fairlead/operate/audit");
  try {
    const audit = await openAudit(common, {
      ...{ path: auditFile, redact: createRedactor(secrets).text, log },
      server: { name: surface.name, version: surface.package.version },
      problem: (error) => log.error(error, "the audit log", "-"),
    });
    const { middleware, denied, refused, reopen, close } = audit;
    return {
      middleware: [middleware],
      features: [middleware],
      denied,
      refused,
      reread: reopen,
      close,
    };
  } catch (error) {
    if (!(error instanceof AuditProblem)) throw error;
    throw new OptionProblems([`--audit-file: ${error.message} ${error.hint}`]);
  }
}
