import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { abort, cherryPick, mergeRevision } from "../change/merging.ts";
import { dropStash, pushStash, restoreStash } from "../change/stash.ts";
import { createTag } from "../change/tags.ts";
import { addWorktree, listWorktrees, removeWorktree } from "../change/worktrees.ts";
import { defineTool } from "../context.ts";
import { formatJoined, formatSkipped } from "../inspect/texts.ts";
import { joinedOutput, repo } from "./fields.ts";

const stash = defineTool({
  name: "git_stash",
  title: "Stash",
  description:
    "Put uncommitted work away for later (stash), bring it back, or drop it. git_stash_list shows what was put away.",
  effect: {
    least: "write",
    most: "destroy",
    of: ({ action }) => (action === "drop" ? "destroy" : "write"),
  },
  input: z.object({
    repo_path: repo,
    action: z
      .enum(["push", "pop", "apply", "drop"])
      .describe(
        "`push`: put changes away. `pop`: bring them back and forget the stash. `apply`: bring them back and keep it. `drop`: delete it.",
      ),
    index: z.int().default(0).describe("Which stash, for all but push; 0, the latest, by default."),
    message: z.string().optional().describe("For push: what to call the stash."),
    include_untracked: z
      .boolean()
      .optional()
      .describe("For push: put new files away too; false by default."),
  }),
  output: joinedOutput,
  async run({ repo_path, action, index, message, include_untracked: untracked }, context) {
    const opened = await context.git.open(repo_path, context.signal);
    if (action === "push") return pushStash(opened, { message, untracked });
    return action === "drop" ? dropStash(opened, index) : restoreStash(opened, index, action);
  },
  render: formatJoined,
});

const tag = defineTool({
  name: "git_tag",
  title: "Create tag",
  description: "Create a tag for a commit, such as a release; annotated if it has a message.",
  effect: "write",
  additive: true,
  input: z.object({
    repo_path: repo,
    name: z.string().describe("Name of the tag, such as `v1.2.0`."),
    revision: z.string().optional().describe("Commit to tag; HEAD by default."),
    message: z.string().optional().describe("Message of an annotated tag; none by default."),
  }),
  output: z.object({ tag: z.string(), sha: z.string(), skipped: z.array(z.string()) }),
  async run({ repo_path, name, revision, message }, { git, signal }) {
    return createTag(await git.open(repo_path, signal), name, { revision, message });
  },
  render: ({ tag: name, sha, skipped }) =>
    [`Created tag '${name}' at ${sha}`, ...formatSkipped(skipped)].join("\n"),
});

const merge = defineTool({
  name: "git_merge",
  title: "Merge",
  description:
    "Merge a branch into the current one. Names the files in conflict, if there are any.",
  effect: "write",
  input: z.object({
    repo_path: repo,
    ref: z.string().optional().describe("Branch or commit to merge; needed unless you abort."),
    ff: z
      .enum(["auto", "only", "never"])
      .default("auto")
      .describe(
        "Fast-forward: `auto` where possible (the default), `only` or fail, `never` (always a merge commit).",
      ),
    abort: z.boolean().optional().describe("Give up a merge that has conflicts; false by default."),
  }),
  output: joinedOutput,
  async run({ repo_path, ref = "", ff, abort: stop }, { git, signal }) {
    const opened = await git.open(repo_path, signal);
    return stop === true ? abort(opened, "merge") : mergeRevision(opened, ref, ff);
  },
  render: formatJoined,
});

const pick = defineTool({
  name: "git_cherry_pick",
  title: "Cherry-pick",
  description:
    "Apply one commit of another branch to the current branch (cherry-pick). Names the files in conflict, if there are any.",
  effect: "write",
  input: z.object({
    repo_path: repo,
    revision: z.string().optional().describe("Commit to apply; needed unless you abort."),
    abort: z
      .boolean()
      .optional()
      .describe("Give up a cherry-pick that has conflicts; false by default."),
  }),
  output: joinedOutput,
  async run({ repo_path, revision = "", abort: stop }, { git, signal }) {
    const opened = await git.open(repo_path, signal);
    return stop === true ? abort(opened, "cherry-pick") : cherryPick(opened, revision);
  },
  render: formatJoined,
});

const worktree = defineTool({
  name: "git_worktree",
  title: "Worktrees",
  description:
    "List, add or remove worktrees: further directories with a branch of this repository checked out.",
  effect: {
    least: "read",
    most: "write",
    of: ({ action }) => (action === "list" ? "read" : "write"),
  },
  input: z.object({
    repo_path: repo,
    action: z
      .enum(["list", "add", "remove"])
      .describe("`list` all, `add` one, or `remove` one; one with changes is not removed."),
    path: z.string().default("").describe("Directory of the worktree to add or remove."),
    branch: z
      .string()
      .default("")
      .describe("For add: branch to check out, created if it does not exist."),
    revision: z
      .string()
      .optional()
      .describe("For add: where a new branch starts; HEAD by default."),
  }),
  output: z.object({
    worktrees: z.array(
      z.object({ path: z.string(), sha: z.string().optional(), branch: z.string().optional() }),
    ),
  }),
  async run({ repo_path, action, path, branch, revision }, { git, signal }) {
    const opened = await git.open(repo_path, signal);
    if (action === "list") return { worktrees: await listWorktrees(opened) };
    const changed =
      action === "add"
        ? addWorktree(opened, path, { branch, revision })
        : removeWorktree(opened, path);
    return { worktrees: await changed };
  },
  render: ({ worktrees }) =>
    worktrees.map(({ path, sha = "", branch = "" }) => `${path} ${sha} ${branch}`).join("\n"),
});

export const change = defineToolset({
  name: "change",
  title: "Change",
  description: "Stash, tag, merge, cherry-pick and worktrees.",
  optional: true,
  tools: [stash, tag, merge, pick, worktree],
});
