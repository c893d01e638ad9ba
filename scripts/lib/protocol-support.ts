// Renders docs/protocol-support.md from what the tests of examples/everything hold.
import {
  features,
  type Revision,
  revisions,
  type Support,
  supportOf,
} from "../../examples/everything/test/features.ts";
import { suiteVersion } from "../../examples/everything/test/requirements.ts";
import {
  leftOut,
  runRevisions,
  scenariosOf,
  scoredRevisions,
} from "../../examples/everything/test/scenarios.ts";

type Row = readonly string[];

const signs: Readonly<Record<Support, string>> = { answered: "yes", later: "not yet", absent: "–" };

/** The whole page. */
export function renderProtocolSupport(): string {
  return `${[
    "# Protocol support",
    "This page is rendered by `pnpm gen` from the lists that the tests of `examples/everything` run. " +
      "A line that is not true fails a test.",
    "## Features by revision",
    "`test/features.test.ts` probes each feature at each revision, over stdio or, for sessions, over " +
      "HTTP. **yes**: the server answers it. **not yet**: the revision has it and the runtime does " +
      "not. **–**: the revision does not have it.",
    renderTable(["feature", "what it is", ...revisions], Object.values(features).map(toFeatureRow)),
    "## The official conformance suite",
    `\`test/conformance.test.ts\` runs the server scenarios of @modelcontextprotocol/conformance ${suiteVersion()} ` +
      `over HTTP. At ${scoredRevisions.join(" and ")} these are the scenarios that the suite requires and more; 2025-06-18 has no list of those that count, so all its scenarios run. ` +
      "Each that is run has to pass, without a warning.",
    renderTable(["revision", "pass", "left out"], runRevisions.map(toSumRow)),
    "A scenario that is left out has the suite's own word for why no revision requires it: `extension`, `pending` (the suite's own " +
      "server cannot pass it yet) or `added-after-release`. One that is skipped by the suite has no check in it yet.",
    renderTable(["scenario", ...runRevisions], toScenarioRows()),
  ].join("\n\n")}\n`;
}

function toFeatureRow(feature: (typeof features)[keyof typeof features]): Row {
  const support = (revision: Revision) => signs[supportOf(feature, revision)];
  return [feature.title, feature.what, ...revisions.map(support)];
}

function toSumRow(revision: (typeof runRevisions)[number]): Row {
  return [revision, String(scenariosOf(revision).length), String(leftOut(revision).length)];
}

/** Every scenario of any revision, in the order of the suite. */
function toScenarioRows(): readonly Row[] {
  const columns = runRevisions.map((revision) => {
    const run = scenariosOf(revision).map((scenario) => [scenario, "passes"] as const);
    const left = leftOut(revision).map(({ scenario, reason }) => {
      return [scenario, `left out (${reason})`] as const;
    });
    return new Map([...run, ...left]);
  });
  const scenarios = new Set(columns.flatMap((column) => [...column.keys()]));
  return [...scenarios].map((scenario) => {
    return [`\`${scenario}\``, ...columns.map((column) => column.get(scenario) ?? "–")];
  });
}

function renderTable(head: Row, rows: readonly Row[]): string {
  const rule = head.map(() => "---");
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
