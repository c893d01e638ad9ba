import { basename, dirname, join } from "node:path";
import type { PathGuard } from "@fairlead/guard";
import { messageOf } from "./errors.ts";
import { listDirectory } from "./walk/listing.ts";

/** Paths that begin with what has been typed; directories end in a slash. */
export async function completePath(guard: PathGuard, typed: string): Promise<string[]> {
  const roots = guard.directories.filter((path) => path.startsWith(typed));
  const inside = typed.endsWith("/");
  const directory = inside ? typed : dirname(typed);
  const prefix = inside ? "" : basename(typed);
  try {
    const entries = typed === "" ? [] : await listDirectory(guard, directory);
    const paths = entries
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, type }) => join(directory, name) + (type === "directory" ? "/" : ""));
    return [...new Set([...roots, ...paths])];
  } catch (error) {
    // Outside, or not there: nothing is proposed.
    messageOf(error);
    return roots;
  }
}
