import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { toPathInput } from "./names.ts";
import { refuseProgram } from "./repo-config.ts";
import type { Repository } from "./repository.ts";

/** Which program a call would have to run for its result to be what the owner expects. */
type Need = "clean" | "smudge" | "merge";

const manyPaths = 64 * 1024 * 1024;

/**
 * Refuses the call if one of these paths goes through a filter or merge driver, since without it
 * the result would be wrong. Filters are never run: this is for honesty, not for safety. With a
 * commit the paths are those about to be written as it has them, and its attributes count as well.
 */
export async function assertUnfiltered(
  repo: Repository,
  paths: readonly string[],
  needs: readonly Need[],
  commit?: string,
): Promise<void> {
  if (repo.settings.trusted || paths.length === 0) return;
  const drivers = repo.config.mergeDrivers();
  const found = await readAttributes(repo, paths);
  if (commit !== undefined && paths.some((path) => basename(path) === ".gitattributes")) {
    found.push(...(await readAttributesAt(repo, paths, commit)));
  }
  for (const { path, attribute, value } of found) {
    if (attribute === "filter") {
      const need = needs.find((one) => one !== "merge");
      if (need !== undefined) throw refuseProgram(`filter.${value}.${need}`, path);
    } else if (needs.includes("merge") && drivers.has(value)) {
      throw refuseProgram(`merge.${value}.driver`, path);
    }
  }
}

/** The names of the filters some of these paths go through, by path. */
export async function findFilters(
  repo: Repository,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (repo.settings.trusted || paths.length === 0) return new Map();
  const found = await readAttributes(repo, paths);
  const filters = found.filter(({ attribute }) => attribute === "filter");
  return new Map(filters.map(({ path, value }) => [path, value]));
}

/** The paths in which two trees, or a tree and the files, differ. */
export async function listChanged(repo: Repository, range: readonly string[]): Promise<string[]> {
  const flags = ["--name-only", "--no-renames", "--no-ext-diff", "--no-relative"];
  return repo.records(["diff", "-z", ...flags, "--ignore-submodules=dirty", ...range, "--"], {
    maxBytes: manyPaths,
  });
}

interface Attribute {
  readonly path: string;
  readonly attribute: string;
  readonly value: string;
}

async function readAttributes(
  repo: Repository,
  paths: readonly string[],
  index?: string,
): Promise<Attribute[]> {
  const place = index === undefined ? [] : ["--cached"];
  const fields = await repo.records(["check-attr", "-z", "--stdin", ...place, "filter", "merge"], {
    input: toPathInput(paths),
    maxBytes: manyPaths,
    ...(index !== undefined && { environment: { GIT_INDEX_FILE: index } }),
  });
  const found: Attribute[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = "", attribute = "", given = ""] = fields.slice(at, at + 3);
    const usual = attribute === "merge" ? repo.config.get("merge.default") : undefined;
    const value = given === "unspecified" ? (usual ?? given) : given;
    if (!["unspecified", "unset", "set"].includes(value)) found.push({ path, attribute, value });
  }
  return found;
}

/** Attributes as a commit has them; only an index of its own shows them to every version of git. */
async function readAttributesAt(
  repo: Repository,
  paths: readonly string[],
  commit: string,
): Promise<Attribute[]> {
  const index = join(repo.layout.gitDir, `fairlead-${randomUUID()}.index`);
  try {
    await repo.run(["read-tree", commit], { environment: { GIT_INDEX_FILE: index } });
    return await readAttributes(repo, paths, index);
  } finally {
    await rm(index, { force: true });
  }
}
