interface Entry {
  readonly revision: "2025-11-25" | "2026-07-28";
  readonly scenario: string;
  readonly needs: string;
}

/**
 * The only required scenarios that need not pass: those about sampling, elicitation, input-required
 * rounds and resource subscriptions. Each is run all the same, and the one that passes fails the
 * test until it is off this list.
 */
export const later: readonly Entry[] = [
  ...list("2025-11-25", "sampling", ["tools-call-sampling"]),
  ...list("2025-11-25", "elicitation", [
    "tools-call-elicitation",
    "elicitation-sep1034-defaults",
    "elicitation-sep1330-enums",
  ]),
  ...list("2025-11-25", "resource subscriptions", ["resources-subscribe", "resources-unsubscribe"]),
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

function list(
  revision: Entry["revision"],
  needs: string,
  scenarios: readonly string[],
): readonly Entry[] {
  return scenarios.map((scenario) => ({ revision, scenario, needs }));
}
