import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { createBranch, switchBranch } from "../branches.ts";
import { addFiles, commitStaged, unstage } from "../commits.ts";
import { defineTool } from "../context.ts";
import { formatSkipped } from "../texts.ts";
import { onlyPaths, repo } from "./fields.ts";

const addToIndex = defineTool({
  name: "git_add",
  title: "Stage files",
  description: "Stages files for the next commit.",
  effect: "write",
  idempotent: true,
  input: z.object({
    repo_path: repo,
    files: z.array(z.string()).describe("Files or directories."),
  }),
  output: z.object({ staged: z.array(z.string()) }),
  async run({ repo_path, files }, { git, signal }) {
    return { staged: (await addFiles(await git.open(repo_path, signal), files)).slice(0, 1000) };
  },
  render: ({ staged }) => ["Files staged successfully", ...staged].join("\n"),
});

const commit = defineTool({
  name: "git_commit",
  title: "Commit",
  description: "Commits what is staged.",
  effect: "write",
  input: z.object({
    repo_path: repo,
    message: z.string().describe("Message."),
    amend: z.boolean().optional().describe("Replace the last commit."),
    author: z.string().optional().describe("Name <email>."),
    signoff: z.boolean().optional().describe("Add Signed-off-by."),
  }),
  output: z.object({
    sha: z.string(),
    branch: z.string().optional(),
    files: z.array(z.string()),
    skipped: z.array(z.string()),
  }),
  async run({ repo_path, message, amend, author, signoff }, { git, signal }) {
    const opened = await git.open(repo_path, signal);
    const made = await commitStaged(opened, message, { amend, author, signoff });
    return { ...made, files: made.files.slice(0, 1000) };
  },
  render: ({ sha, files, skipped }) =>
    [`Changes committed successfully with hash ${sha}`, ...files, ...formatSkipped(skipped)].join(
      "\n",
    ),
});

const reset = defineTool({
  name: "git_reset",
  title: "Unstage",
  description: "Unstages all changes, or some; files stay as they are.",
  effect: "write",
  idempotent: true,
  input: z.object({ repo_path: repo, paths: onlyPaths }),
  output: z.object({ unstaged: z.array(z.string()) }),
  async run({ repo_path, paths = [] }, { git, signal }) {
    const opened = await git.open(repo_path, signal);
    return { unstaged: (await unstage(opened, paths)).slice(0, 1000) };
  },
  render: ({ unstaged }) => ["All staged changes reset", ...unstaged].join("\n"),
});

const branch = defineTool({
  name: "git_create_branch",
  title: "Create branch",
  description: "Creates a branch without switching to it.",
  effect: "write",
  additive: true,
  input: z.object({
    repo_path: repo,
    branch_name: z.string().describe("Name."),
    base_branch: z.string().optional().describe("Start; the current one."),
  }),
  output: z.object({ branch: z.string(), sha: z.string(), base: z.string() }),
  async run({ repo_path, branch_name, base_branch }, { git, signal }) {
    return createBranch(await git.open(repo_path, signal), branch_name, base_branch);
  },
  render: (made) => `Created branch '${made.branch}' from '${made.base}' at ${made.sha}`,
});

const checkout = defineTool({
  name: "git_checkout",
  title: "Switch branch",
  description: "Switches to a branch; refuses to overwrite local changes.",
  effect: "write",
  idempotent: true,
  input: z.object({ repo_path: repo, branch_name: z.string().describe("Branch.") }),
  output: z.object({ branch: z.string(), sha: z.string() }),
  async run({ repo_path, branch_name }, { git, signal }) {
    return switchBranch(await git.open(repo_path, signal), branch_name);
  },
  render: (now) => `Switched to branch '${now.branch}' at ${now.sha}`,
});

export const write = defineToolset({
  name: "write",
  title: "Write",
  description: "Stage, commit, and make and switch branches.",
  tools: [addToIndex, commit, reset, branch, checkout],
});
