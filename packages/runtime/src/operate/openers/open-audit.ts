import { createRedactor } from "@fairlead/guard/redact";
import type { Audit } from "@fairlead/operate/audit";
import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";

/** Opens the audit log of `--audit-file`. */
export async function openAudit(host: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { surface, common, log, secrets, shared } = host;
  const { auditFile } = common;
  const server = { name: surface.name, version: surface.package.version };
  if (shared !== undefined) {
    const audited = shared.audit?.of(server);
    return (
      audited && {
        ...{ middleware: [audited.middleware], features: [audited.middleware] },
        ...{ denied: audited.denied, refused: audited.refused },
      }
    );
  }
  if (typeof auditFile !== "string") return undefined;
  const audit = await openAuditLog(auditFile, server, { common, log, secrets });
  const { middleware, denied, refused, reopen, close } = audit;
  const around = { middleware: [middleware], features: [middleware] };
  return { ...around, denied, refused, reread: reopen, close };
}

/** Opens the audit log of a process under the name of a server. Throws OptionProblems where it cannot be kept. */
export async function openAuditLog(
  path: string,
  server: { readonly name: string; readonly version: string },
  { common, log, secrets }: Pick<OperationsHost, "common" | "log" | "secrets">,
): Promise<Audit> {
  const { AuditProblem, openAudit } = await import("@fairlead/operate/audit");
  try {
    return await openAudit(common, {
      ...{ path, server, redact: createRedactor(secrets).text, log },
      problem: (error) => log.error(error, "the audit log", "-"),
    });
  } catch (error) {
    if (!(error instanceof AuditProblem)) throw error;
    throw new OptionProblems([`--audit-file: ${error.message} ${error.hint}`]);
  }
}
