import { isRecord } from "@fairlead/guard";
import { fieldsOf, toNames } from "./tree.ts";

/** Relations whose column `query` holds what other sessions ran, a password in it or not. */
const spoken = /^pg_stat_(?:activity|statements|monitor)$/;

/** What a statement does with the texts of other sessions: nothing, have them near, or read them. */
export type SessionTexts = "absent" | "near" | "read";

/**
 * Judges whether a statement could read that column: by its name, by a star, by a whole row or by
 * columns that are given other names. Rather once too often than by a way round.
 */
export function toSessionTexts(tree: unknown): SessionTexts {
  const [aliases, references] = [new Set<string>(), new Set<string>()];
  let [named, renamed, whole] = [false, false, false];
  for (const [key, child] of fieldsOf(tree)) {
    if (key === "A_Star" || key === "isNatural") whole = true;
    if (!isRecord(child)) continue;
    if (typeof child["relname"] === "string") {
      aliases.add(child["relname"]);
      named ||= spoken.test(child["relname"]);
    }
    if (key === "alias" && typeof child["aliasname"] === "string") {
      aliases.add(child["aliasname"]);
      renamed ||= "colnames" in child;
    }
    if (key === "ColumnRef") references.add(toNames(child["fields"]).at(-1) ?? "");
    if (key === "String" && child["sval"] === "query") whole = true;
  }
  if (!named) return "absent";
  return whole || renamed || [...references].some((name) => aliases.has(name)) ? "read" : "near";
}
