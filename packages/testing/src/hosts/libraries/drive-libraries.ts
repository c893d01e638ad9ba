import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../judge/outcome.ts";
import { type Backend, createBackends, toCommand } from "./backends.ts";
import { install } from "./install.ts";
import type { Library } from "./libraries.ts";
import { findHidden, findNotStrict, findRefused } from "./referee.ts";
import { openSession } from "./session.ts";

export interface DriveOptions {
  /** A folder for what the sessions leave. */
  readonly folder: string;
  /** Servers by name; all without it. */
  readonly servers?: readonly string[] | undefined;
  readonly libraries: readonly Library[];
  log(line: string): void;
}

/**
 * Has client libraries offer every tool of every server to a model and show it some answers; says
 * what was refused, changed or hidden. A library that cannot be installed is left out aloud, and fails
 * with FAIRLEAD_REQUIRE=all.
 */
export async function driveLibraries(options: DriveOptions): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(join(options.folder, "libraries-"));
  const { all, close } = await createBackends(folder);
  const outcomes: Outcome[] = [];
  try {
    const servers = all.filter(({ server }) => options.servers?.includes(server) ?? true);
    for (const library of options.libraries) {
      const installed = await install(library.folder);
      if ("missing" in installed) {
        options.log(`${library.folder} was not driven: ${installed.missing}.`);
        const status = process.env["FAIRLEAD_REQUIRE"] === "all" ? "failed" : "skipped";
        outcomes.push({ name: `${library.folder} is driven`, status });
        continue;
      }
      const { driver } = installed;
      const pairs = library.ways.flatMap((way) =>
        servers.map((backend) => ({ library, way, backend, driver, folder })),
      );
      outcomes.push(...(await checkAll(pairs, options)));
    }
  } finally {
    close();
    rmSync(folder, { recursive: true, force: true });
  }
  return outcomes;
}

interface Pair {
  readonly library: Library;
  readonly way: string;
  readonly backend: Backend;
  readonly driver: string;
  readonly folder: string;
}

/** Two sessions at a time: each waits for its server, and its server for it. */
async function checkAll(
  pairs: readonly Pair[],
  options: DriveOptions,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const left = pairs.values();
  const work = async () => {
    for (const pair of left) {
      const { library, way, backend } = pair;
      const name = `${library.folder} (${way}) and ${backend.server}`;
      outcomes.push(...report(name, await check(pair), options));
    }
  };
  await Promise.all([work(), work()]);
  return outcomes;
}

/** The problems of each thing that a library has to do with a server, by its name. */
async function check(pair: Pair): Promise<Readonly<Record<string, readonly string[]>>> {
  const { library, way, backend, driver, folder } = pair;
  const calls = backend.calls.filter(({ follows }) => !(follows && library.forgets));
  const command = toCommand(backend);
  try {
    const session = await openSession({ driver, way, command, calls, folder });
    return {
      [`takes every tool (${session.offered.length})`]: findRefused(session, library.loosens),
      [`shows every answer whole (${calls.length})`]: findHidden(calls, session),
      ...(way === "strict" && {
        "keeps all tools strict but those of the list": findNotStrict(backend.server, session),
      }),
    };
  } catch (error) {
    return { "gets to the end": [String(error)] };
  }
}

function report(
  pair: string,
  checked: Readonly<Record<string, readonly string[]>>,
  { log }: DriveOptions,
): readonly Outcome[] {
  return Object.entries(checked).map(([what, problems]) => {
    const status = problems.length === 0 ? "passed" : "failed";
    log(`${status === "passed" ? "ok    " : "FAILED"} ${pair}: ${what}`);
    for (const problem of problems) log(`       ${problem}`);
    return { name: `${pair}: ${what}`, status, reasons: problems };
  });
}
