import { revealName } from "@fairlead/guard";
import type { Repository } from "../access/repository.ts";
import { path } from "../api/address.ts";
import { tree } from "../api/answers.ts";

export interface TreeQuery {
  readonly treeSha: string;
  readonly recursive: boolean;
  readonly prefix: string;
}

/** The entries of a tree, by a branch's, tag's or its own name. */
export async function readTree(repository: Repository, { treeSha, recursive, prefix }: TreeQuery) {
  const query = recursive ? { recursive: 1 } : {};
  const reading = repository.ask(tree, { path: path`/git/trees/${treeSha}`, query });
  const { data } = await repository.readFiles(treeSha, reading);
  const entries = data.tree
    .filter((entry) => entry.path.startsWith(prefix))
    .map(({ path: place, type, size }) => {
      return { path: revealName(place), type: toKind(type), size };
    });
  return { sha: data.sha, entries, incomplete: data.truncated || undefined };
}

/** What git calls a commit inside a tree is a submodule. */
function toKind(type: string): "directory" | "submodule" | "file" {
  if (type === "tree") return "directory";
  return type === "commit" ? "submodule" : "file";
}
