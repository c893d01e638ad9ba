import { join } from "node:path";
import type { Call } from "../call.ts";
import type { Host } from "../host.ts";
import { at, listAt, textAt } from "../json.ts";
import { type PlainRun, runPlain, toCommand } from "../plain.ts";
import { type HostFinished, runHost } from "../run-host.ts";
import type { Scene, Stage } from "../scene.ts";
import { readLabels } from "./labels.ts";
import { type CallVerdict, findLost } from "./lost.ts";
import { type Payload, toPayload } from "./payload.ts";
import { listLosses } from "./report.ts";

export interface Verdicts {
  readonly calls: readonly CallVerdict[];
  /** What went wrong besides: a host that failed, a tool that no call is made of. */
  readonly failures: readonly string[];
}

export interface RefereeOptions {
  readonly hosts: readonly Host[];
  readonly scenes: readonly Scene[];
  /** Where the package of a host is installed. */
  packagesOf(host: Host): string;
  readonly folder: string;
  /** Milliseconds a host may take for all scenes. */
  readonly timeout: number;
  log(line: string): void;
}

/** A scene under way. */
interface Play {
  readonly server: string;
  readonly stage: Stage;
}

/**
 * Makes the calls of all scenes through a plain client, through each host and through the plain
 * client again, every time on fresh backends, and tells what of each answer did not reach the model.
 */
export async function judge(options: RefereeOptions): Promise<Verdicts> {
  const plays: Play[] = [];
  try {
    for (const { server, open } of options.scenes) {
      plays.push({ server, stage: await open(join(options.folder, server)) });
    }
    const first = await runAllPlain(plays);
    options.log("The plain client has made its calls.");
    const judging = { ...options, plays, first };
    const verdicts = await judgeHosts(options.hosts, judging);
    const missed = [...verdicts].flatMap(([host, verdict]) => (isWhole(verdict) ? [] : [host]));
    // What a host shows when it is run once more was not cut away.
    const again = missed.length === 0 ? undefined : await judgeHosts(missed, judging);
    const settled = [...verdicts].map(([host, verdict]) => {
      const second = again?.get(host);
      return second === undefined ? verdict : settle(verdict, second, options);
    });
    return {
      calls: settled.flatMap(({ calls }) => calls),
      failures: [...settled.flatMap(({ failures }) => failures), ...first.flatMap(listSurprises)],
    };
  } finally {
    for (const { stage } of plays) await stage.close();
  }
}

async function runAllPlain(plays: readonly Play[]): Promise<readonly PlainRun[]> {
  const runs = [];
  for (const { server, stage } of plays) runs.push(await runPlain(server, await stage.prepare()));
  return runs;
}

interface Judging extends RefereeOptions {
  readonly plays: readonly Play[];
  readonly first: readonly PlainRun[];
}

/** Runs the hosts between two runs of the plain client. What differs in those, such as the hour, does not count. */
async function judgeHosts(
  hosts: readonly Host[],
  options: Judging,
): Promise<ReadonlyMap<Host, Verdicts>> {
  const runs = [];
  for (const host of hosts) runs.push({ host, ...(await runThrough(host, options)) });
  const payloads = await toPayloads(options.first, await runAllPlain(options.plays));
  const judged = runs.map(({ host, model, failure }): [Host, Verdicts] => {
    const calls = payloads.map(({ call, payload }, index) => {
      const shown = model.shown(index);
      const instead = shown?.texts.join(" ").slice(0, 200) ?? "";
      return { host: host.name, call, instead, ...findLost(payload, shown) };
    });
    return [host, { calls, failures: failure === undefined ? [] : [failure] }];
  });
  return new Map(judged);
}

function isWhole({ calls, failures }: Verdicts): boolean {
  return failures.length === 0 && listLosses(calls).length === 0;
}

/** What both runs of a host lost; what only the first did is told. */
function settle(first: Verdicts, second: Verdicts, { log }: RefereeOptions): Verdicts {
  for (const line of [...listLosses(first.calls), ...first.failures].slice(0, 20)) {
    log(`At first: ${line}`);
  }
  const calls = first.calls.map((verdict, index) =>
    verdict.lost.length === 0 ? verdict : (second.calls[index] ?? verdict),
  );
  return { calls, failures: second.failures };
}

async function runThrough(host: Host, { plays, ...options }: Judging): Promise<HostFinished> {
  const servers = [];
  const script: Call[] = [];
  for (const { server, stage } of plays) {
    const prepared = await stage.prepare();
    servers.push(toCommand(server, prepared));
    script.push(...prepared.calls.map((call) => ({ server, ...call })));
  }
  const started = Date.now();
  const packages = options.packagesOf(host);
  const run = await runHost(host, { servers, script, packages, timeout: options.timeout });
  options.log(`${host.name} has ended after ${Math.round((Date.now() - started) / 1000)} seconds.`);
  return run;
}

/** A call, and what of its answer has to reach the model. */
interface Due {
  readonly call: Call;
  readonly payload: Payload;
}

async function toPayloads(
  firsts: readonly PlainRun[],
  seconds: readonly PlainRun[],
): Promise<readonly Due[]> {
  const payloads = [];
  for (const [index, { server, received }] of firsts.entries()) {
    const isLabel = await readLabels(server);
    for (const [position, one] of received.entries()) {
      const other = seconds[index]?.received[position] ?? one;
      payloads.push({ call: one.call, payload: toPayload(one, other, isLabel) });
    }
  }
  return payloads;
}

/** A tool that nothing is asked of, and a call that did not go as the scene has it. */
function listSurprises({ server, tools, received }: PlainRun): readonly string[] {
  const called = new Set(received.map(({ call }) => call.tool));
  const uncalled = tools.filter((tool) => !called.has(tool));
  const odd = received.filter(({ call, result }) => {
    return (at(result, "isError") === true) !== (call.refused === true);
  });
  return [
    ...uncalled.map((tool) => `No call is made of ${tool} of ${server}.`),
    ...odd.map(({ call, result }) => {
      const said = listAt(result, "content").map((block) => textAt(block, "text").slice(0, 300));
      const given = JSON.stringify(call.arguments).slice(0, 200);
      const wanted = call.refused === true ? "should be refused" : "should succeed";
      return `${call.tool} ${given} ${wanted}; the answer: ${said.join(" ")}`;
    }),
  ];
}
