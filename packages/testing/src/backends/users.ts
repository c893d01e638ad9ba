import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Whom the servers' images run as by themselves. */
const imageUser = "1000:1000";

const ownUser = process.getuid?.() ?? 0;

/** An ordinary user's tests run containers as that user, who owns the directories; root's do not. */
export const otherUser = ownUser === 0 ? undefined : `${ownUser}:${process.getgid?.() ?? ownUser}`;

/** Lets the user of the servers' images write below these directories, which root may have made. */
export async function giveAway(paths: readonly string[]): Promise<void> {
  if (ownUser !== 0 || paths.length === 0) return;
  await promisify(execFile)("chown", ["-R", imageUser, ...paths]);
}
