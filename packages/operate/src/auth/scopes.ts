import type { Effect, Principal } from "@fairlead/define";
import type { ScopeNames } from "./settings.ts";

const effects: readonly Effect[] = ["read", "write", "destroy"];

/**
 * Whether scopes reach for an effect: that of a greater effect does too (MCP basic/authorization,
 * "Scope Challenge Handling": servers must account for hierarchies).
 */
export function reaches({ scopes = [] }: Principal, effect: Effect, names: ScopeNames): boolean {
  const enough = effects.slice(effects.indexOf(effect)).flatMap((each) => toForms(names[each]));
  return scopes.some((scope) => enough.includes(scope));
}

/** Whether the scopes of a principal have this one, which stands in no order with others. */
export function hasScope({ scopes = [] }: Principal, scope: string): boolean {
  const forms = toForms(scope);
  return scopes.some((each) => forms.includes(each));
}

/** Entra asks for `api://ID/files.read` and writes `files.read` into the token, whose audience says the rest. */
function toForms(scope: string): readonly string[] {
  return /^\w[\w.+-]*:\/\//.test(scope)
    ? [scope, scope.slice(scope.lastIndexOf("/") + 1)]
    : [scope];
}
