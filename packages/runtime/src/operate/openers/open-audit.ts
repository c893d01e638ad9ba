import { createRedactor } from "@fairlead/guard/redact";
import type { Audit, AuditedServer } from "@fairlead/operate/audit";
import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";
import { openAuditStream } from "../stores/open-audit-stream.ts";

/** Opens the audit log of `--audit-file` and `--audit-redis`, or takes that of the process. */
export async function openAudit(host: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { surface, shared } = host;
  const server = { name: surface.name, version: surface.package.version };
  if (shared !== undefined) return shared.audit && toOperations(shared.audit.of(server));
  const audit = await openAuditLog(server, host);
  return audit && { ...toOperations(audit), reread: audit.reopen, close: audit.close };
}

function toOperations({ middleware, denied, refused }: AuditedServer): Partial<Operations> {
  return { middleware: [middleware], features: [middleware], denied, refused };
}

/**
 * Opens the audit log of a process under the name of a server; undefined where no option asks for it.
 * Throws OptionProblems where it cannot be kept.
 */
export async function openAuditLog(
  server: { readonly name: string; readonly version: string },
  { common, log, secrets }: Pick<OperationsHost, "common" | "log" | "secrets">,
): Promise<Audit | undefined> {
  const { auditFile, auditRedis } = common;
  const path = typeof auditFile === "string" ? auditFile : undefined;
  if (path === undefined && typeof auditRedis !== "string") return undefined;
  const { AuditProblem, openAudit } = await import("@fairlead/operate/audit");
  const stream = await openAuditStream(server.name, { common, log });
  try {
    return await openAudit(common, {
      ...{ path, stream, server, redact: createRedactor(secrets).text, log },
      problem: (error) => log.error(error, "the audit log", "-"),
    });
  } catch (error) {
    await stream?.close?.();
    if (!(error instanceof AuditProblem)) throw error;
    const flag = path === undefined ? "--audit-redis" : "--audit-file";
    throw new OptionProblems([`${flag}: ${error.message} ${error.hint}`]);
  }
}
