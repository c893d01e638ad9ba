// What the conformance test runs and expects; docs/protocol-support.md is rendered from it.
import { listScenarios, requiredScenarios, unscoredScenarios } from "./requirements.ts";

/** The revisions the suite has requirements for. */
export const scoredRevisions = ["2025-11-25", "2026-07-28"] as const;

type ScoredRevision = (typeof scoredRevisions)[number];

/** The revisions at which scenarios run: the oldest has no requirements, so all its scenarios do. */
export const runRevisions = ["2025-06-18", ...scoredRevisions] as const;

type RunRevision = (typeof runRevisions)[number];

/** What the referee says of a scenario. */
export type Verdict = "passes" | "warns" | "fails";

interface Entry {
  readonly revision: ScoredRevision;
  readonly scenario: string;
  readonly needs: string;
}

/**
 * The only required scenarios that need not pass: those about sampling, elicitation and
 * input-required rounds. Each is run all the same, and the one that passes fails the test until it is
 * off this list.
 */
export const later: readonly Entry[] = [
  ...list("2025-11-25", "sampling", ["tools-call-sampling"]),
  ...list("2025-11-25", "elicitation", [
    "tools-call-elicitation",
    "elicitation-sep1034-defaults",
    "elicitation-sep1330-enums",
  ]),
  ...list("2026-07-28", "input-required rounds", [
    "input-required-result-basic-elicitation",
    "input-required-result-basic-sampling",
    "input-required-result-basic-list-roots",
    "input-required-result-request-state",
    "input-required-result-multiple-input-requests",
    "input-required-result-multi-round",
    "input-required-result-non-tool-request",
    "input-required-result-result-type",
    "input-required-result-tampered-state",
    "input-required-result-capability-check",
  ]),
];

/**
 * Not exclusions: the referee lets these pass (exit 0, no check failed), but with a warning in place
 * of the checks, because what they would look at is not there. They leave this list when it is.
 */
export const warned: readonly Entry[] = [
  ...list("2026-07-28", "input-required rounds", [
    "input-required-result-missing-input-response",
    "input-required-result-ignore-extra-params",
  ]),
];

/** Scenarios no revision requires and that we pass all the same. */
export const unscored: Readonly<Record<ScoredRevision, readonly string[]>> = {
  "2025-11-25": ["json-schema-2020-12", "server-session-lifecycle", "server-sse-polling"],
  "2026-07-28": [
    "json-schema-2020-12",
    "http-header-validation",
    "http-custom-header-server-validation",
  ],
};

/** A scenario that is run, the verdict it must get, and what it lacks if it does not pass. */
export interface Expectation {
  readonly scenario: string;
  readonly expected: Verdict;
  readonly needs?: string | undefined;
}

/** Every scenario that is run at a revision. What 2025-11-25 does not pass, the older one does not either. */
export function expectationsOf(revision: RunRevision): Expectation[] {
  const [scenarios, listed] =
    revision === "2025-06-18"
      ? ([listScenarios(revision), "2025-11-25"] as const)
      : ([[...requiredScenarios(revision), ...unscored[revision]], revision] as const);
  const find = (entries: readonly Entry[], scenario: string) =>
    entries.find((entry) => entry.revision === listed && entry.scenario === scenario);
  return scenarios.map((scenario) => {
    const failing = find(later, scenario);
    const warning = find(warned, scenario);
    const expected = failing ? "fails" : warning ? "warns" : "passes";
    return { scenario, expected, needs: (failing ?? warning)?.needs };
  });
}

/** The scenarios of a revision that are not run, none of them required, with the suite's reason. */
export function leftOut(revision: RunRevision) {
  if (revision === "2025-06-18") return [];
  const run = unscored[revision];
  return unscoredScenarios(revision).filter(({ scenario }) => !run.includes(scenario));
}

function list(
  revision: ScoredRevision,
  needs: string,
  scenarios: readonly string[],
): readonly Entry[] {
  return scenarios.map((scenario) => ({ revision, scenario, needs }));
}
