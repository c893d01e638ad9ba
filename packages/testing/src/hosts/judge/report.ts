import type { Host } from "../host.ts";
import type { Scene } from "../scene.ts";
import type { CallVerdict } from "./lost.ts";
import type { Outcome } from "./outcome.ts";

/** Host x tool: how much of the payloads of a tool's answers reached the model. */
export function toTable(
  hosts: readonly Host[],
  scenes: readonly Scene[],
  calls: readonly CallVerdict[],
): string {
  const rows = [["server", "tool", "calls", ...hosts.map(({ name }) => name)]];
  for (const { server } of scenes) {
    const here = calls.filter(({ call }) => call.server === server);
    for (const tool of new Set(here.map(({ call }) => call.tool))) {
      const of = here.filter(({ call }) => call.tool === tool);
      const shares = hosts.map(({ name }) => toShare(of.filter(({ host }) => host === name)));
      rows.push([server, tool, String(of.length / hosts.length), ...shares]);
    }
  }
  rows.push([
    ...["all", "", String(calls.length / hosts.length)],
    ...hosts.map(({ name }) => toShare(calls.filter(({ host }) => host === name))),
  ]);
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return lines.join("\n");
}

/** Never rounded up to all of it. */
function toShare(verdicts: readonly CallVerdict[]): string {
  const total = verdicts.reduce((sum, verdict) => sum + verdict.total, 0);
  const whole = verdicts.reduce((sum, verdict) => sum + toLostCount(verdict), 0);
  return `${(Math.floor((1 - whole / Math.max(total, 1)) * 1000) / 10).toFixed(1)} %`;
}

function toLostCount({ total, lost }: CallVerdict): number {
  return lost[0] === "the whole answer" ? total : lost.length;
}

/** What was lost, call by call. */
export function listLosses(calls: readonly CallVerdict[]): readonly string[] {
  return calls
    .filter(({ lost }) => lost.length > 0)
    .map(({ host, call, total, lost, instead }) => {
      const some = lost.slice(0, 3).map((piece) => JSON.stringify(piece.slice(0, 80)));
      const given = JSON.stringify(call.arguments).slice(0, 120);
      return `${host}, ${call.tool} ${given}: lost ${lost.length} of ${total}: ${some.join(", ")}; shown: ${JSON.stringify(instead)}`;
    });
}

/** One outcome for each tool in each host. */
export function toOutcomes(calls: readonly CallVerdict[]): readonly Outcome[] {
  const ofTools = Map.groupBy(
    calls,
    ({ host, call }) => `${host} shows all of ${call.server}'s ${call.tool}`,
  );
  return [...ofTools].map(([name, verdicts]) => {
    const reasons = listLosses(verdicts);
    return { name, status: reasons.length === 0 ? "passed" : "failed", reasons };
  });
}
