import type { Principal } from "@fairlead/define";

/** What a caller may see and call of what the process serves; the same object for all of one rule. */
export interface Access {
  /** The tools that are hidden from the caller, by name, each with the reason. */
  readonly hidden: ReadonlyMap<string, string>;
  /** Whether calls that change something are refused. */
  readonly readOnly: boolean;
  /** Why such calls are refused. */
  readOnlyReason(tool: string): string;
  /** What the caller may see of resources and prompts; undefined for all. */
  readonly features?: FeatureAccess | undefined;
}

/** Each gives the reason why the caller may not, or undefined where they may. */
export interface FeatureAccess {
  /** May read a resource, listen to it and see it in a list. */
  resource(uri: string): string | undefined;
  /** May see a template of resources and have its variables completed. */
  template(uriTemplate: string): string | undefined;
  /** May get a prompt, have its arguments completed and see it in a list. */
  prompt(name: string): string | undefined;
}

/** Tells what a caller may see and call. */
export type AccessOf = (principal: Principal) => Access;
