import type { Principal } from "@fairlead/define";

/** What a caller may see and call of what the process serves; the same object for all of one rule. */
export interface Access {
  /** The tools that are not there for them, by name, each with the reason. */
  readonly hidden: ReadonlyMap<string, string>;
  /** Whether calls that change something are refused to them. */
  readonly readOnly: boolean;
  /** Why. */
  readOnlyReason(tool: string): string;
}

/** Tells what a caller may see and call. */
export type AccessOf = (principal: Principal) => Access;
