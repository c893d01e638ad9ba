import type { Surface } from "@fairlead/define";
import type { RateRule } from "@fairlead/store";
import { PolicyFileError } from "../file/problem.ts";
import type { PolicyFile } from "../file/schema.ts";
import { type Counter, isCounted, toCounters, toRate } from "../limits/counters.ts";
import type { Access } from "./access.ts";
import { type Caller, isMatch, type Match } from "./caller.ts";
import { checkPolicy } from "./check.ts";
import { type Costs, toCosts } from "./costs.ts";
import { noFeatures, toFeatures } from "./features.ts";
import { findHidden, hideAll, toReadOnlyReason } from "./hidden.ts";

/** What the file says of the callers that one of its rules matches. */
export interface Rule extends Access {
  /** Its name, or its place: `rules[0]`. */
  readonly name: string;
  readonly match: Match;
  /** HTTP requests of one principal. */
  readonly requests: RateRule | undefined;
  /** What counts the calls of each tool. */
  readonly counters: ReadonlyMap<string, readonly Counter[]>;
}

/** A policy file, ready to be asked. */
export interface Rules {
  readonly costs: Costs;
  /** What becomes of a call while the store of limits cannot be reached. */
  readonly uncounted: "refuse" | "allow";
  /** The first rule that matches a caller, or one that permits nothing. */
  of(caller: Caller): Rule;
}

/** Makes the rules of a file for a server; throws PolicyFileError where the file does not fit it. */
export function compileRules(surface: Surface, file: PolicyFile): Rules {
  const costs = toCosts(surface, file);
  const problems = checkPolicy(surface, file, costs);
  if (problems.length > 0) throw new PolicyFileError(problems);
  const rules = file.rules.map((text, index): Rule => {
    const counters = toCounters(text.limits ?? [], costs);
    return {
      name: text.name ?? `rules[${index}]`,
      match: text.match,
      hidden: findHidden(surface, text),
      readOnly: text.readOnly === true,
      readOnlyReason: toReadOnlyReason,
      features: toFeatures(text),
      requests: text.requests && toRate(text.requests, 1),
      counters: new Map(
        [...costs.keys()].map((tool) => [tool, counters.filter((each) => isCounted(each, tool))]),
      ),
    };
  });
  const none: Rule = {
    ...{ name: "none", match: {}, hidden: hideAll(surface), readOnly: true },
    ...{ readOnlyReason: toReadOnlyReason, features: noFeatures },
    ...{ requests: undefined, counters: new Map() },
  };
  const found = new WeakMap<Caller, Rule>();
  return {
    costs,
    uncounted: file.uncounted ?? "refuse",
    of: (caller) => {
      let rule = found.get(caller);
      if (rule === undefined) {
        rule = rules.find(({ match }) => isMatch(match, caller)) ?? none;
        found.set(caller, rule);
      }
      return rule;
    },
  };
}
