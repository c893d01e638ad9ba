import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { cleanFiles, resetHard } from "../change/discarding.ts";
import { abort, continueRebase, rebaseOnto } from "../change/merging.ts";
import { defineTool } from "../context.ts";
import { formatJoined } from "../inspect/texts.ts";
import { initRepository } from "../remote/creation.ts";
import { showName } from "../repository/names.ts";

import { joinedOutput, repo } from "./fields.ts";

const init = defineTool({
  name: "git_init",
  title: "Create repository",
  description:
    "Create a new, empty repository (init) in a new or empty directory below an allowed one.",
  effect: "destroy",
  input: z.object({
    repo_path: z.string().describe("Directory to create the repository in."),
    branch: z.string().optional().describe("Name of the first branch; `main` by default."),
  }),
  output: z.object({ path: z.string(), branch: z.string() }),
  run: ({ repo_path, branch }, { git, signal }) =>
    initRepository(git, repo_path, { branch, signal }),
  render: ({ path, branch }) => `Created a repository in ${path} on branch ${branch}`,
});

const reset = defineTool({
  name: "git_reset_hard",
  title: "Reset hard",
  description:
    "Reset the branch, the index and all files to a commit, such as HEAD~1 to undo the last commit. Local changes are lost.",
  effect: "destroy",
  input: z.object({
    repo_path: repo,
    revision: z.string().default("HEAD").describe("Commit to go to; HEAD by default."),
  }),
  output: z.object({ sha: z.string(), files: z.array(z.string()) }),
  async run({ repo_path, revision }, { git, signal }) {
    const { sha, files } = await resetHard(await git.open(repo_path, signal), revision);
    return { sha, files: files.slice(0, 1000) };
  },
  render: ({ sha, files }) => [`Now at ${sha}`, ...files.map(showName)].join("\n"),
});

const clean = defineTool({
  name: "git_clean",
  title: "Clean",
  description:
    "Delete untracked files: those git does not know, except ignored ones. By default it only lists them.",
  effect: {
    least: "read",
    most: "destroy",
    of: ({ dry_run }) => (dry_run === false ? "destroy" : "read"),
  },
  input: z.object({
    repo_path: repo,
    paths: z
      .array(z.string())
      .default([])
      .describe("Only files below these directories; all by default."),
    dry_run: z.boolean().default(true).describe("Only list what would go; true by default."),
  }),
  output: z.object({ removed: z.boolean(), files: z.array(z.string()) }),
  async run({ repo_path, paths, dry_run: dryRun }, { git, signal }) {
    const files = await cleanFiles(await git.open(repo_path, signal), paths, { dryRun });
    return { removed: !dryRun, files: files.slice(0, 1000) };
  },
  render: ({ removed, files }) => [removed ? "Removed:" : "Would be removed:", ...files].join("\n"),
});

const rebase = defineTool({
  name: "git_rebase",
  title: "Rebase",
  description:
    "Rebase: put the commits of the current branch on top of another one. Names the files in conflict, if there are any.",
  effect: "destroy",
  input: z.object({
    repo_path: repo,
    action: z
      .enum(["start", "continue", "abort"])
      .default("start")
      .describe("`start` (the default), `continue` once conflicts are resolved, or `abort`."),
    onto: z.string().default("").describe("For start: branch or commit to put the commits on."),
  }),
  output: joinedOutput,
  async run({ repo_path, action, onto }, { git, signal }) {
    const opened = await git.open(repo_path, signal);
    if (action === "abort") return abort(opened, "rebase");
    return action === "continue" ? continueRebase(opened) : rebaseOnto(opened, onto);
  },
  render: formatJoined,
});

export const dangerous = defineToolset({
  name: "dangerous",
  title: "Dangerous",
  description: "Init, and what loses or rewrites work: hard reset, clean and rebase.",
  optional: true,
  tools: [init, reset, clean, rebase],
});
