import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { createBranch, switchBranch } from "../change/branches.ts";
import { addFiles, commitStaged, unstage } from "../change/commits.ts";
import { defineTool } from "../context.ts";
import { formatNested, formatSkipped } from "../inspect/texts.ts";
import { showName } from "../repository/names.ts";
import { onlyPaths, repo } from "./fields.ts";

const addToIndex = defineTool({
  name: "git_add",
  title: "Stage files",
  description: "Stage files: add their changes to the next commit. Commit them with git_commit.",
  effect: "write",
  idempotent: true,
  input: z.object({
    repo_path: repo,
    files: z
      .array(z.string())
      .describe('Files or directories to stage, such as ["src/a.ts"]; ["."] for all.'),
  }),
  output: z.object({ staged: z.array(z.string()), nested: z.array(z.string()) }),
  async run({ repo_path, files }, { git, signal }) {
    const { staged, nested } = await addFiles(await git.open(repo_path, signal), files);
    return { staged: staged.slice(0, 1000), nested };
  },
  render: ({ staged, nested }) =>
    ["Files staged successfully", ...staged.map(showName), ...formatNested(nested)].join("\n"),
});

const commit = defineTool({
  name: "git_commit",
  title: "Commit",
  description:
    "Commit changes: record what is staged as a new commit with a message. Stage files with git_add first.",
  effect: "write",
  input: z.object({
    repo_path: repo,
    message: z.string().describe("Commit message: a subject line, a blank line, then the reasons."),
    amend: z
      .boolean()
      .optional()
      .describe("Replace the last commit instead of adding one; false by default."),
    author: z
      .string()
      .optional()
      .describe("Who wrote it, as `Name <email>`; by default who git is set up for."),
    signoff: z
      .boolean()
      .optional()
      .describe("Add a Signed-off-by line to the message; false by default."),
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
  render: ({ sha, branch: onto, files, skipped }) => {
    const where = onto === undefined ? "" : ` on ${onto}`;
    const done = `Changes committed successfully with hash ${sha}${where}`;
    return [done, ...files.map(showName), ...formatSkipped(skipped)].join("\n");
  },
});

const reset = defineTool({
  name: "git_reset",
  title: "Unstage",
  description:
    "Unstage changes: take all or some files out of the next commit. The files on disk stay as they are.",
  effect: "write",
  idempotent: true,
  input: z.object({ repo_path: repo, paths: onlyPaths }),
  output: z.object({ unstaged: z.array(z.string()) }),
  async run({ repo_path, paths = [] }, { git, signal }) {
    const opened = await git.open(repo_path, signal);
    return { unstaged: (await unstage(opened, paths)).slice(0, 1000) };
  },
  render: ({ unstaged }) => ["All staged changes reset", ...unstaged.map(showName)].join("\n"),
});

const branch = defineTool({
  name: "git_create_branch",
  title: "Create branch",
  description: "Create a new branch without switching to it. Switch with git_checkout.",
  effect: "write",
  additive: true,
  input: z.object({
    repo_path: repo,
    branch_name: z.string().describe("Name of the new branch, such as `feature/login`."),
    base_branch: z
      .string()
      .optional()
      .describe("Branch or commit to start from; the current branch by default."),
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
  description:
    "Switch to another branch (checkout). Refuses where local changes would be overwritten.",
  effect: "write",
  idempotent: true,
  input: z.object({
    repo_path: repo,
    branch_name: z.string().describe("Name of the branch to switch to."),
  }),
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
