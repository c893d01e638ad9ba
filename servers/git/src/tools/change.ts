import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { abort, cherryPick, mergeRevision } from "../merging.ts";
import { dropStash, pushStash, restoreStash } from "../stash.ts";
import { createTag } from "../tags.ts";
import { formatJoined } from "../texts.ts";
import { addWorktree, listWorktrees, removeWorktree } from "../worktrees.ts";
import { joinedOutput, repo } from "./fields.ts";

const stash = defineTool({
  name: "git_stash",
  title: "Stash",
  description: "Puts local changes aside (push), brings them back (pop, apply) or drops them.",
  effect: {
    least: "write",
    most: "destroy",
    of: ({ action }) => (action === "drop" ? "destroy" : "write"),
  },
  input: z.object({
    repo_path: repo,
    action: z.enum(["push", "pop", "apply", "drop"]).describe("What to do."),
    index: z.int().default(0).describe("Which stash; 0 is the latest."),
    message: z.string().optional().describe("For push."),
    include_untracked: z.boolean().optional().describe("For push: new files too."),
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
  description: "Creates a tag, annotated if it has a message.",
  effect: "write",
  additive: true,
  input: z.object({
    repo_path: repo,
    name: z.string().describe("Name of the tag."),
    revision: z.string().optional().describe("Commit; HEAD by default."),
    message: z.string().optional().describe("Annotation."),
  }),
  output: z.object({ tag: z.string(), sha: z.string() }),
  async run({ repo_path, name, revision, message }, { git, signal }) {
    return createTag(await git.open(repo_path, signal), name, { revision, message });
  },
  render: (made) => `Created tag '${made.tag}' at ${made.sha}`,
});

const merge = defineTool({
  name: "git_merge",
  title: "Merge",
  description: "Merges a branch into the current one, and names the files in conflict.",
  effect: "write",
  input: z.object({
    repo_path: repo,
    ref: z.string().optional().describe("What to merge; not needed to abort."),
    ff: z.enum(["auto", "only", "never"]).default("auto").describe("Fast-forward."),
    abort: z.boolean().optional().describe("Give up a merge with conflicts."),
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
  description: "Applies one commit to the current branch, and names the files in conflict.",
  effect: "write",
  input: z.object({
    repo_path: repo,
    revision: z.string().optional().describe("The commit; not needed to abort."),
    abort: z.boolean().optional().describe("Give up one with conflicts."),
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
  description: "Lists, adds or removes working trees; one with changes is not removed.",
  effect: {
    least: "read",
    most: "write",
    of: ({ action }) => (action === "list" ? "read" : "write"),
  },
  input: z.object({
    repo_path: repo,
    action: z.enum(["list", "add", "remove"]).describe("What to do."),
    path: z.string().default("").describe("Directory to add or remove."),
    branch: z.string().default("").describe("Branch for add; made if it is new."),
    revision: z.string().optional().describe("Where a new branch starts; HEAD by default."),
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
