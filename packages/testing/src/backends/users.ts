import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { relative } from "node:path";
import { promisify } from "node:util";

/** Whom the servers' images run as by themselves. */
const imageUser = "1000:1000";

const ownUser = process.getuid?.() ?? 0;

/** An ordinary user's tests run containers as that user, who owns the directories; root's do not. */
export const otherUser = ownUser === 0 ? undefined : `${ownUser}:${process.getgid?.() ?? ownUser}`;

/**
 * Lets the user of the servers' images write below these directories, which root may have made. Throws
 * RangeError for one that holds the temporary files of others: programs refuse a folder that is not theirs.
 */
export async function giveAway(paths: readonly string[]): Promise<void> {
  const shared = paths.find((path) => !relative(path, tmpdir()).startsWith(".."));
  if (shared !== undefined) {
    throw new RangeError(`${shared} is not the test's own. Give it a folder made by mkdtemp.`);
  }
  if (ownUser !== 0 || paths.length === 0) return;
  await promisify(execFile)("chown", ["-R", imageUser, ...paths]);
}
