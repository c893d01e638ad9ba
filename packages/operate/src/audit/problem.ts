import { HintError } from "@fairlead/guard/hint-error";

/** Why an audit log cannot be kept, for the operator. */
export class AuditProblem extends HintError {
  override readonly name = "AuditProblem";
}

/** The code of a system error, such as ENOSPC, or what else was thrown. */
export function toCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
