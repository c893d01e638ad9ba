import { defineResourceTemplate, type ResourceTemplate } from "@fairlead/runtime";
import { completePath, completeRepository, completeRevision } from "./completion.ts";
import type { Context } from "./context.ts";
import { readFileAt, showCommit } from "./inspect/objects.ts";
import { readStatus } from "./inspect/status.ts";
import { formatCommit, formatDiff, formatStatus } from "./inspect/texts.ts";

const repo = (value: string, { git, signal }: Context & { readonly signal: AbortSignal }) =>
  completeRepository(git, value, signal);

const revision = (
  value: string,
  { git, signal }: Context & { readonly signal: AbortSignal },
  given: Readonly<Record<string, string>>,
) => completeRevision(git, given["repo"] ?? "", value, signal);

/** Told when HEAD, a ref or the index changes, after which a revision may be another commit. */
const watch: ResourceTemplate<Context>["watch"] = ({ repo: place = "" }, { git }, watcher) =>
  git.watches.watch(place, watcher);

/** A file as a revision has it. */
const blob = defineResourceTemplate<Context>({
  uriTemplate: "git://{repo}/blob/{revision}/{+path}",
  name: "blob",
  title: "File at a revision",
  description: "A text file as a commit has it. repo is its directory, percent-encoded.",
  async read({ repo: place = "", revision: at = "", path = "" }, { git, room, signal }) {
    const opened = await git.open(place, signal);
    const found = await readFileAt(opened, at, path, { room: room() });
    return { body: found.text, mimeType: "text/plain" };
  },
  watch,
  complete: {
    repo,
    revision,
    path: (value, { git, signal }, given) =>
      completePath(git, given["repo"] ?? "", given["revision"] ?? "HEAD", value, signal),
  },
});

/** A commit with its changes. */
const commit = defineResourceTemplate<Context>({
  uriTemplate: "git://{repo}/commit/{sha}",
  name: "commit",
  title: "Commit",
  description: "A commit's message and changes.",
  mimeType: "text/plain",
  async read({ repo: place = "", sha = "" }, { git, room, signal }) {
    const opened = await git.open(place, signal);
    const { commit: shown, diff } = await showCommit(opened, sha, { budget: room().characters });
    const head = formatCommit(shown);
    return { body: `${head}\n${formatDiff(diff, room(head.length + 10)).text}` };
  },
  watch,
  complete: { repo, sha: revision },
});

/** What is going on in a working tree. */
const status = defineResourceTemplate<Context>({
  uriTemplate: "git://{repo}/status",
  name: "status",
  title: "Status",
  description: "Branch and changed files.",
  mimeType: "text/plain",
  async read({ repo: place = "" }, { git, signal }) {
    return { body: formatStatus(await readStatus(await git.open(place, signal))) };
  },
  watch,
  list: ({ git }) =>
    git.guard.directories.map((directory) => ({
      uri: `git://${encodeURIComponent(directory)}/status`,
      name: directory,
      mimeType: "text/plain",
    })),
  complete: { repo },
});

export const resourceTemplates: readonly ResourceTemplate<Context>[] = [blob, commit, status];
