import type { Effect, Principal } from "@fairlead/define";
import type { ScopeNames } from "./settings.ts";

const effects: readonly Effect[] = ["read", "write", "destroy"];

/**
 * The effects that scopes reach for: that of a greater effect reaches for the smaller ones too (MCP
 * basic/authorization, "Scope Challenge Handling": servers must account for hierarchies).
 */
export function toReach({ scopes = [] }: Principal, names: ScopeNames): ReadonlySet<Effect> {
  const enough = (effect: Effect) =>
    effects.slice(effects.indexOf(effect)).flatMap((each) => toForms(names[each]));
  return new Set(
    effects.filter((effect) => enough(effect).some((scope) => scopes.includes(scope))),
  );
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
