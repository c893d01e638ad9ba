import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { platform } from "node:os";

/** The variable by which the processes of one command are known. */
export const markVariable = "FAIRLEAD_GIT_RUN";

/**
 * Ends what a git process started and left behind: a transport that waits for its network does not
 * notice that git is gone. Only Linux tells whose a process is; elsewhere the transport gives up by
 * itself when nothing comes.
 */
export async function endHelpers(mark: string): Promise<void> {
  if (platform() !== "linux") return;
  const wanted = `${markVariable}=${mark}\0`;
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      // Processes of others, and those that have just ended, cannot be read.
      const environment = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
      return environment.includes(wanted) ? [id] : [];
    }),
  );
  const left = found.flat();
  if (left.length > 0) await new Promise((done) => execFile("kill", ["-KILL", ...left], done));
}
