import type { Principal } from "@fairlead/define";

/** What a caller may see and call of what the process serves; the same object for all of one rule. */
export interface Access {
  /** The tools that are hidden from the caller, by name, each with the reason. */
  readonly hidden: ReadonlyMap<string, string>;
  /** Whether calls that change something are refused. */
  readonly readOnly: boolean;
  /** Why such calls are refused. */
  readOnlyReason(tool: string): string;
}

/** Tells what a caller may see and call. */
export type AccessOf = (principal: Principal) => Access;
