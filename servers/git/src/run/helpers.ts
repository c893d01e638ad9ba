import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { platform } from "node:os";
import { setTimeout } from "node:timers/promises";

/** The variable by which the processes of one command are known. */
export const markVariable = "FAIRLEAD_GIT_RUN";

const graceMs = 2_000;
const pauseMs = 20;

/**
 * Ends a git process and all it started: a transport that waits for its network does not notice
 * that git is gone. Only Linux tells whose a process is; elsewhere the transport gives up by itself
 * when nothing comes.
 */
export async function endAll(mark: string): Promise<void> {
  if (platform() !== "linux") return;
  // Git tidies up after the first, so the other has to wait.
  await send("-TERM", await findProcesses(mark));
  for (
    const deadline = performance.now() + graceMs;
    performance.now() < deadline;
    await setTimeout(pauseMs)
  ) {
    if ((await findProcesses(mark)).length === 0) return;
  }
  await send("-KILL", await findProcesses(mark));
}

async function findProcesses(mark: string): Promise<string[]> {
  const wanted = `${markVariable}=${mark}\0`;
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      // Processes of others, and those that have just ended, cannot be read.
      const environment = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
      return environment.includes(wanted) ? [id] : [];
    }),
  );
  return found.flat();
}

async function send(signal: string, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await new Promise((done) => execFile("kill", [signal, ...ids], done));
}
