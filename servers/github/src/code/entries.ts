import { posix } from "node:path";
import { revealName } from "@fairlead/guard";
import type { Repository } from "../access/repository.ts";
import { path } from "../api/address.ts";
import { blob, tree } from "../api/answers.ts";
import { GitHubError } from "../errors.ts";

/** What a tree says of one path: its mode tells files from links and from other repositories. */
export interface TreeEntry {
  readonly mode: string | undefined;
  readonly type: string;
  readonly sha: string | undefined;
}

const linkMode = "120000";

/**
 * What a branch or commit has at these paths, none of which leads through a link: GitHub would put a
 * file in the place of a link or of another repository. Throws GitHubError for those.
 */
export async function findFiles(
  repository: Repository,
  root: string,
  places: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, TreeEntry>> {
  const entries = await findEntries(repository, root, places);
  for (const parts of places) await assertFile(repository, parts, entries);
  return entries;
}

/** What a branch or commit has at these paths and at those above them. */
export async function findEntries(
  repository: Repository,
  root: string,
  places: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, TreeEntry>> {
  const entries = new Map<string, TreeEntry>();
  await collect(repository, { root, above: "", places }, entries);
  return entries;
}

interface Level {
  /** The branch, commit or tree. */
  readonly root: string;
  /** The path of the tree, with a slash at its end. */
  readonly above: string;
  readonly places: readonly (readonly string[])[];
}

/** Reads the directories the paths lead through, those of one level at once. */
async function collect(
  repository: Repository,
  { root, above, places }: Level,
  entries: Map<string, TreeEntry>,
): Promise<void> {
  const { data } = await repository
    .ask(tree, { path: path`/git/trees/${root}` })
    .catch((error: unknown) => {
      // A branch that is not there, or nothing in the repository yet: the write itself says so.
      const missing = error instanceof GitHubError && [404, 409].includes(error.status ?? 0);
      if (missing && above === "") return { data: { tree: [] } };
      throw error;
    });
  const found = new Map(data.tree.map((entry) => [entry.path, entry]));
  const names = new Set(places.map(([name = ""]) => name));
  const below = [...names].map(async (name) => {
    const entry = found.get(name);
    if (entry === undefined) return;
    const place = `${above}${name}`;
    entries.set(place, { mode: entry.mode, type: entry.type, sha: entry.sha ?? undefined });
    const deeper = places.filter((parts) => parts[0] === name && parts.length > 1);
    if (entry.type !== "tree" || !entry.sha || deeper.length === 0) return;
    const rest = deeper.map((parts) => parts.slice(1));
    await collect(repository, { root: entry.sha, above: `${place}/`, places: rest }, entries);
  });
  await Promise.all(below);
}

async function assertFile(
  repository: Repository,
  parts: readonly string[],
  entries: ReadonlyMap<string, TreeEntry>,
): Promise<void> {
  for (let length = 1; length <= parts.length; length += 1) {
    const place = parts.slice(0, length).join("/");
    const entry = entries.get(place);
    if (entry === undefined) return;
    if (entry.mode === linkMode) throw await toLinkError(repository, place, entry);
    if (entry.type === "commit") {
      throw new GitHubError(
        `${place} is a submodule: what is in it belongs to another repository.`,
        "Make the change in that repository.",
      );
    }
    if ((entry.type === "tree") === length < parts.length) continue;
    throw new GitHubError(
      `${place} is a ${entry.type === "tree" ? "directory" : "file, not a directory"}.`,
      "Give the path of a file. get_repository_tree shows what there is.",
    );
  }
}

async function toLinkError(repository: Repository, place: string, { sha = "" }: TreeEntry) {
  const { data } = await repository.ask(blob, { path: path`/git/blobs/${sha}` });
  const target = Buffer.from(data.content, "base64").toString("utf8");
  const real = posix.join(posix.dirname(place), target);
  const inside = !target.startsWith("/") && real !== ".." && !real.startsWith("../");
  return new GitHubError(
    `${place} is a symbolic link to ${revealName(target)}, so nothing was changed.`,
    inside
      ? `Use the path ${revealName(real)}, where the link leads, in place of ${place}.`
      : "The link leads out of the repository. delete_file removes it.",
  );
}
