import { type Audit, type AuditMode, type AuditOptions, createAudit } from "./audit.ts";
import { type AuditFileOptions, openAuditFile, type SyncPolicy } from "./file/audit-file.ts";
import { AuditProblem, toCode } from "./problem.ts";

const mebibyte = 1024 * 1024;

type Values = Readonly<Record<string, unknown>>;

/** What the log of a process needs besides its options. */
export type AuditPlace = Pick<AuditFileOptions, "path" | "problem"> &
  Pick<AuditOptions, "server" | "redact" | "log">;

/**
 * Opens the log that `--audit-file` and the options with it ask for. Throws AuditProblem where it
 * cannot be kept.
 */
export async function openAudit(options: Values, place: AuditPlace): Promise<Audit> {
  const { path, problem, ...rest } = place;
  const sync = toSync(options);
  const file = openAuditFile({ path, sync, problem, maxBytes: toBytes(options) });
  try {
    return await createAudit({
      ...{ sink: file, head: file.head, torn: file.torn },
      ...{ mode: toMode(options), strict: sync === "always" },
      ...rest,
    });
  } catch (error) {
    await file.close();
    throw new AuditProblem(
      `${path} cannot be written (${toCode(error)}).`,
      "Check that the disk has room and that this process may write there.",
    );
  }
}

function toSync({ auditSync }: Values): SyncPolicy {
  return auditSync === "always" || auditSync === "never" ? auditSync : "batch";
}

function toMode({ audit }: Values): AuditMode {
  return audit === "warn" ? "warn" : "required";
}

function toBytes({ auditMaxMb }: Values): number {
  const size = Number(auditMaxMb);
  return size > 0 ? size * mebibyte : Number.POSITIVE_INFINITY;
}
