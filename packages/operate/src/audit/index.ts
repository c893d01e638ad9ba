export {
  type Audit,
  type AuditedServer,
  type AuditMode,
  type AuditOptions,
  createAudit,
  type Denial,
} from "./audit.ts";
export { toCanonical } from "./canonical.ts";
export { beginning, type Head } from "./chain.ts";
export type { DoorRefusal } from "./door.ts";
export type { Feature, FeatureCall } from "./feature.ts";
export {
  type AuditFile,
  type AuditFileOptions,
  openAuditFile,
  type SyncPolicy,
} from "./file/audit-file.ts";
export type { Torn } from "./file/tail.ts";
export type { RefusedBy } from "./members.ts";
export { type AuditPlace, type AuditStreamSink, openAudit } from "./open.ts";
export type { Redact } from "./preview.ts";
export { AuditProblem } from "./problem.ts";
export { type AuditSink, multiplex } from "./sink/sink.ts";
export { type Break, type Report, verifyAudit, verifyAuditLines } from "./verify.ts";
