// What the conformance test runs and expects; docs/protocol-support.md is rendered from it.
import { listScenarios, requiredScenarios, unscoredScenarios } from "./requirements.ts";

/** The revisions the suite has requirements for. */
export const scoredRevisions = ["2025-11-25", "2026-07-28"] as const;

type ScoredRevision = (typeof scoredRevisions)[number];

/** The revisions at which scenarios run: the oldest has no requirements, so all its scenarios do. */
export const runRevisions = ["2025-06-18", ...scoredRevisions] as const;

type RunRevision = (typeof runRevisions)[number];

/** Scenarios no revision requires and that we pass all the same. */
export const unscored: Readonly<Record<ScoredRevision, readonly string[]>> = {
  "2025-11-25": ["json-schema-2020-12", "server-session-lifecycle", "server-sse-polling"],
  "2026-07-28": [
    "json-schema-2020-12",
    "http-header-validation",
    "http-custom-header-server-validation",
    ...["tasks-lifecycle", "tasks-capability-negotiation", "tasks-wire-fields"],
    ...["tasks-request-state-removal", "tasks-mrtr-input", "tasks-request-headers"],
    ...["tasks-dispatch-and-envelope", "tasks-required-task-error", "tasks-mrtr-composition"],
  ],
};

/** Every scenario that is run at a revision; each has to pass. */
export function scenariosOf(revision: RunRevision): readonly string[] {
  if (revision === "2025-06-18") return listScenarios(revision);
  return [...requiredScenarios(revision), ...unscored[revision]];
}

/** Scenarios in which the suite has no check yet: it skips each of them, whatever the server does. */
export const skipped: readonly string[] = ["tasks-status-notifications"];

/** The scenarios of a revision that are not run, none of them required, with the suite's reason. */
export function leftOut(revision: RunRevision) {
  if (revision === "2025-06-18") return [];
  const run = unscored[revision];
  return unscoredScenarios(revision)
    .filter(({ scenario }) => !run.includes(scenario))
    .map(({ scenario, reason }) => ({
      scenario,
      reason: skipped.includes(scenario) ? "skipped by the suite" : reason,
    }));
}
