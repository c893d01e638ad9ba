import { join } from "node:path";
import { parseArgs } from "node:util";
import { toText, writeResult } from "./report.ts";
import type { Effort, Row, RowResult } from "./result.ts";
import { backendCalls } from "./rows/backend-calls.ts";
import { coldStart } from "./rows/cold-start.ts";
import { elicitationRounds } from "./rows/elicitation-rounds.ts";
import { fileSearch } from "./rows/file-search.ts";
import { firstSearch } from "./rows/first-search.ts";
import { generatedStarts } from "./rows/generated-starts.ts";
import { gitCalls } from "./rows/git-calls.ts";
import { guardedCalls } from "./rows/guarded-calls.ts";
import { httpCallsRow } from "./rows/http-calls.ts";
import { hundredThousandTasks } from "./rows/hundred-thousand-tasks.ts";
import { listenStreams } from "./rows/listen-streams.ts";
import { memory } from "./rows/memory.ts";
import { millionCalls } from "./rows/million-calls.ts";
import { pageReading } from "./rows/page-reading.ts";
import { postgresObjects } from "./rows/postgres-objects.ts";
import { postgresQueries } from "./rows/postgres-queries.ts";
import { replicaCalls } from "./rows/replica-calls.ts";
import { rollingRestarts } from "./rows/rolling-restarts.ts";
import { screenshot } from "./rows/screenshot.ts";
import { serverStarts } from "./rows/server-starts.ts";
import { sessionCallsRow } from "./rows/session-calls.ts";
import { stdioCallsRow } from "./rows/stdio-calls.ts";
import { tenMegabytes } from "./rows/ten-megabytes.ts";
import { thousandCalls } from "./rows/thousand-calls.ts";
import { thousandLists } from "./rows/thousand-lists.ts";
import { tokenFiles } from "./rows/token-files.ts";

const rows: readonly Row[] = [
  coldStart,
  memory,
  stdioCallsRow,
  httpCallsRow,
  guardedCalls,
  backendCalls,
  replicaCalls,
  sessionCallsRow,
  elicitationRounds,
  listenStreams,
  hundredThousandTasks,
  thousandLists,
  thousandCalls,
  tenMegabytes,
  millionCalls,
  rollingRestarts,
  serverStarts,
  generatedStarts,
  firstSearch,
  screenshot,
  pageReading,
  gitCalls,
  fileSearch,
  postgresQueries,
  postgresObjects,
  tokenFiles,
];

const usage = `pnpm bench [--only <row>]... [--rounds 5] [--seconds 2] [--calls 1000000] [--results <folder>]

  --only     run this row; several may be named
  --rounds   how often each contender is measured
  --seconds  how long each contender is under load in a round
  --calls    how many calls million-calls and rolling-restarts make
  --results  where to keep what was measured, bench/results unless it is a trial

Rows: ${rows.map(({ name }) => name).join(", ")}
`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    calls: { type: "string", default: "1000000" },
    results: { type: "string", default: join(import.meta.dirname, "results") },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
} else {
  const chosen = toChosenRows(values.only ?? []);
  const effort: Effort = {
    rounds: toCount("--rounds", values.rounds),
    milliseconds: 1000 * toCount("--seconds", values.seconds),
    calls: toCount("--calls", values.calls),
  };
  let broken = false;
  for (const row of chosen) broken = !(await runRow(row, effort)) || broken;
  process.exitCode = broken ? 1 : 0;
}

/** Runs, prints and keeps a row; false when something in it did not run or a request failed. */
async function runRow(row: Row, effort: Effort): Promise<boolean> {
  try {
    const result = await row.run(effort);
    console.log(toText(row, result));
    console.log(`  ${writeResult(values.results, row, result, effort)}`);
    return !isBroken(result);
  } catch (error) {
    console.error(`\n# ${row.name}: FAILED`, error);
    return false;
  }
}

function isBroken({ series }: RowResult): boolean {
  const standings = series.flatMap((each) => each.standings);
  return standings.some(
    ({ failure, samples }) =>
      failure !== undefined || samples.some(({ failures = 0 }) => failures > 0),
  );
}

function toChosenRows(names: readonly string[]): readonly Row[] {
  const unknown = names.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) throw new Error(`No row named ${unknown.join(", ")}.\n\n${usage}`);
  return names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));
}

function toCount(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${flag} takes a number above zero, not ${text}.`);
  return value;
}
