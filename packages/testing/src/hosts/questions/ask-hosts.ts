import { fileURLToPath } from "node:url";
import type { Call } from "../call.ts";
import type { Shown } from "../dialects/dialect.ts";
import type { Host, Person, ServerCommand } from "../host.ts";
import type { Outcome } from "../judge/outcome.ts";
import { runHost } from "../run-host.ts";
import type { Way } from "./ways.ts";

export interface AskOptions {
  readonly ways: readonly Way[];
  /** Where the package of a host is installed. */
  packagesOf(host: Host): string;
  /** Milliseconds a host may take. */
  readonly timeout: number;
  log(line: string): void;
}

const everything = fileURLToPath(
  new URL("../../../../../examples/everything/dist/main.cjs", import.meta.url),
);

const asking: readonly Call[] = [
  { server: "notes", tool: "delete_all_notes", arguments: {} },
  { server: "notes", tool: "delete_all_notes", arguments: { confirm: true } },
  { server: "notes", tool: "list_notes", arguments: {} },
];

/** It reports nothing before its end, so that the runtime's own signs of life are all a host hears. */
const waiting: Call = { server: "waits", tool: "wait", arguments: { ms: 90_000, steps: 1 } };
const waited = /Waited 90000 ms\./;

/**
 * Has each host, in each way it is used, call a tool that cannot be undone, and some a tool that takes
 * a minute and a half. Those wait side by side, while the others are run one after the other.
 */
export async function askHosts(options: AskOptions): Promise<readonly Outcome[]> {
  const long = options.ways.filter(({ waits }) => waits);
  const short = options.ways.filter(({ waits }) => !waits);
  const [patient, asked] = await Promise.all([
    Promise.all(long.map((way) => ask(way, options))),
    oneByOne(short, options),
  ]);
  return [...patient, ...asked].flat();
}

async function oneByOne(ways: readonly Way[], options: AskOptions) {
  const outcomes = [];
  for (const way of ways) outcomes.push(await ask(way, options));
  return outcomes;
}

/** As with the answers of servers: what a host does when it is run once more is what it does. */
async function ask(way: Way, options: AskOptions): Promise<readonly Outcome[]> {
  const first = await askOnce(way, options);
  if (first.every(({ status }) => status === "passed")) return first;
  for (const { name, reasons = [] } of first) {
    for (const reason of reasons) options.log(`At first: ${name}: ${reason}`);
  }
  return askOnce(way, options);
}

async function askOnce(way: Way, { packagesOf, timeout }: AskOptions): Promise<readonly Outcome[]> {
  const { name, answer = "decline", expects, waits, host, open } = way;
  const person: Person = { answer, questions: [] };
  const script = waits ? [...asking, waiting] : asking;
  const servers = [...new Set(script.map(({ server }) => server))].map(toServer);
  const run = { servers, script, packages: packagesOf(host), timeout };
  const { model, failure } = await runHost(open(person), run);
  const failures = failure === undefined ? [] : [failure];
  const reasons = findMisses(
    way,
    person.questions,
    asking.map((_, index) => model.shown(index)),
  );
  const outcomes = [toOutcome(`${name} ${expects.says}`, [...failures, ...reasons])];
  if (!waits) return outcomes;
  const missed = findMiss(waited, model.shown(asking.length));
  return [...outcomes, toOutcome(`${name} waits 90 s for a tool`, [...failures, ...missed])];
}

/** Where a way differs from what is expected of it. */
export function findMisses(
  { expects }: Pick<Way, "expects">,
  questions: readonly string[],
  shown: readonly (Shown | undefined)[],
): readonly string[] {
  const real = questions.filter((question) => question.includes("This cannot be undone."));
  const counted = `${real.length} of ${questions.length} questions were ours; expected ${expects.questions}`;
  return [
    ...(real.length === expects.questions ? [] : [counted]),
    ...expects.shown.flatMap((pattern, index) => findMiss(pattern, shown[index])),
  ];
}

function findMiss(pattern: RegExp, shown: Shown | undefined): readonly string[] {
  const text = shown?.texts.join("\n") ?? "nothing";
  return pattern.test(text) ? [] : [`expected ${pattern}, shown: ${text.slice(0, 300)}`];
}

function toOutcome(name: string, reasons: readonly string[]): Outcome {
  return { name, status: reasons.length === 0 ? "passed" : "failed", reasons };
}

function toServer(name: string): ServerCommand {
  return { name, command: process.execPath, args: [everything], env: {} };
}
