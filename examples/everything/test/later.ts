/** What a required scenario needs that this server does not do yet. */
type Needs = "sampling" | "elicitation" | "input-required rounds" | "resource subscriptions";

export interface Later {
  readonly revision: "2025-11-25" | "2026-07-28";
  readonly scenario: string;
  readonly needs: Needs;
  /** What the referee says until then: a failure, or an exit of 0 with nothing but warnings. */
  readonly verdict: "fails" | "warns";
}

/**
 * The only required scenarios that need not pass. Each is run all the same, and the one that passes
 * fails the test until it is off this list.
 */
export const later: readonly Later[] = [
  ...list("2025-11-25", "sampling", "fails", ["tools-call-sampling"]),
  ...list("2025-11-25", "elicitation", "fails", [
    "tools-call-elicitation",
    "elicitation-sep1034-defaults",
    "elicitation-sep1330-enums",
  ]),
  ...list("2025-11-25", "resource subscriptions", "fails", [
    "resources-subscribe",
    "resources-unsubscribe",
  ]),
  ...list("2026-07-28", "input-required rounds", "fails", [
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
  // Their checks are recommendations, which the referee never counts as failed.
  ...list("2026-07-28", "input-required rounds", "warns", [
    "input-required-result-missing-input-response",
    "input-required-result-ignore-extra-params",
    "input-required-result-validate-input",
  ]),
];

function list(
  revision: Later["revision"],
  needs: Needs,
  verdict: Later["verdict"],
  scenarios: readonly string[],
): Later[] {
  return scenarios.map((scenario) => ({ revision, scenario, needs, verdict }));
}
