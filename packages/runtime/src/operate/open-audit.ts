import {
  type AuditMode,
  createAudit,
  openAuditFile,
  type SyncPolicy,
} from "@fairlead/operate/audit";
import { createRedactor } from "../call/redact.ts";
import type { Operations, OperationsHost } from "./operations.ts";
import type { Values } from "./options.ts";

const mebibyte = 1024 * 1024;

/** The audit log of `--audit-file`; throws AuditProblem where it cannot be kept. */
export async function openAudit(host: OperationsHost): Promise<Partial<Operations> | undefined> {
  const { surface, common, log, secrets } = host;
  const { auditFile, auditMaxMb } = common;
  if (typeof auditFile !== "string") return undefined;
  const sync = toSync(common);
  const file = openAuditFile({
    ...{ path: auditFile, sync },
    maxBytes: Number(auditMaxMb) > 0 ? Number(auditMaxMb) * mebibyte : Number.POSITIVE_INFINITY,
    problem: (error) => log.error(error, "the audit log", "-"),
  });
  try {
    const audit = await createAudit({
      ...{ sink: file, head: file.head, torn: file.torn },
      server: { name: surface.name, version: surface.package.version },
      ...{ mode: toMode(common), strict: sync === "always" },
      redact: createRedactor(secrets).text,
      log,
    });
    const { middleware, denied, reopen, close } = audit;
    return { middleware: [middleware], denied, reread: reopen, close };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function toSync({ auditSync }: Values): SyncPolicy {
  return auditSync === "always" || auditSync === "never" ? auditSync : "batch";
}

function toMode({ audit }: Values): AuditMode {
  return audit === "warn" ? "warn" : "required";
}
