import { createRedactor } from "@fairlead/guard/redact";
import type { Operations, OperationsHost } from "../operations.ts";
import { OptionProblems } from "../option-problems.ts";
import { openAuditStream } from "../stores/open-audit-stream.ts";

/** Opens the audit log of `--audit-file` and `--audit-redis`. */
export async function openAudit(host: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { surface, common, log, secrets } = host;
  const { auditFile, auditRedis } = common;
  const path = typeof auditFile === "string" ? auditFile : undefined;
  if (path === undefined && typeof auditRedis !== "string") return undefined;
  const { AuditProblem, openAudit } = await import("@fairlead/operate/audit");
  const stream = await openAuditStream(host);
  try {
    const audit = await openAudit(common, {
      ...{ path, stream, redact: createRedactor(secrets).text, log },
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
    await stream?.close?.();
    if (!(error instanceof AuditProblem)) throw error;
    const flag = path === undefined ? "--audit-redis" : "--audit-file";
    throw new OptionProblems([`${flag}: ${error.message} ${error.hint}`]);
  }
}
