import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { formatSkipped } from "../inspect/texts.ts";
import { cloneRepository } from "../remote/creation.ts";
import { fetchRemote, pullForward, pushRef } from "../remote/transfer.ts";
import { showName } from "../repository/names.ts";
import { repo } from "./fields.ts";

const minutes = 10;
const timeoutMs = minutes * 60_000;

const updates = z.object({
  updated: z.array(
    z.object({ ref: z.string(), from: z.string().optional(), to: z.string().optional() }),
  ),
});

function formatUpdates({ updated }: z.output<typeof updates>): string {
  const lines = updated.map(({ ref, from = "none", to = "gone" }) => `${ref} ${from} -> ${to}`);
  return lines.join("\n") || "Already up to date.";
}

const fetchTool = defineTool({
  name: "git_fetch",
  title: "Fetch",
  description:
    "Fetch new commits from a remote. Your branches and files stay as they are; git_pull moves them.",
  effect: "write",
  idempotent: true,
  timeoutMs,
  task: "optional",
  input: z.object({
    repo_path: repo,
    remote: z.string().default("origin").describe("Name of the remote; `origin` by default."),
    prune: z
      .boolean()
      .default(false)
      .describe("Forget branches the remote no longer has; false by default."),
  }),
  output: updates,
  async run({ repo_path, remote: name, prune }, { git, signal }) {
    return { updated: await fetchRemote(await git.open(repo_path, signal), name, { prune }) };
  },
  render: formatUpdates,
});

const pull = defineTool({
  name: "git_pull",
  title: "Pull",
  description:
    "Pull: fetch from the remote and move the current branch forward to it. Fails where that would need a merge.",
  effect: "write",
  timeoutMs,
  task: "optional",
  input: z.object({
    repo_path: repo,
    remote: z.string().optional().describe("Name of the remote; the branch's own by default."),
    branch: z
      .string()
      .optional()
      .describe("Branch of the remote; the current branch's upstream by default."),
  }),
  output: z.object({
    branch: z.string(),
    from: z.string(),
    sha: z.string(),
    files: z.array(z.string()),
  }),
  async run({ repo_path, remote: name, branch }, { git, signal }) {
    const opened = await git.open(repo_path, signal);
    const pulled = await pullForward(opened, { remote: name, branch });
    return { ...pulled, files: pulled.files.slice(0, 1000) };
  },
  render: ({ branch, from, sha, files }) =>
    [
      from === sha ? `${branch} is up to date at ${sha}.` : `${branch} ${from} -> ${sha}`,
      ...files.map(showName),
    ].join("\n"),
});

const push = defineTool({
  name: "git_push",
  title: "Push",
  description:
    "Push commits to a remote: send the current branch, another one or a tag. Force works only if the server runs with --allow-force.",
  effect: {
    least: "write",
    most: "destroy",
    of: ({ force, refspec = "" }) =>
      force === true || /^[+:]/.test(refspec) ? "destroy" : "write",
  },
  timeoutMs,
  task: "optional",
  input: z.object({
    repo_path: repo,
    remote: z.string().default("origin").describe("Name of the remote; `origin` by default."),
    refspec: z
      .string()
      .optional()
      .describe("Branch, tag or `source:target` to push; the current branch by default."),
    force: z
      .boolean()
      .optional()
      .describe("Replace what the remote has, if it is as last fetched; false by default."),
  }),
  output: updates,
  async run({ repo_path, remote: name, refspec, force }, { git, signal }) {
    return { updated: await pushRef(await git.open(repo_path, signal), name, { refspec, force }) };
  },
  render: formatUpdates,
});

const clone = defineTool({
  name: "git_clone",
  title: "Clone",
  description: "Clone a remote repository into a new directory below an allowed one.",
  effect: "write",
  additive: true,
  timeoutMs,
  task: "optional",
  input: z.object({
    url: z
      .string()
      .describe("Address without credentials, such as `https://github.com/owner/name.git`."),
    destination: z.string().describe("Directory to create for the clone."),
    branch: z.string().optional().describe("Branch to check out; the remote's own by default."),
    depth: z.int().optional().describe("Fetch only so many latest commits; all by default."),
  }),
  output: z.object({
    path: z.string(),
    sha: z.string().optional(),
    branch: z.string().optional(),
    skipped: z.array(z.string()),
  }),
  run: ({ url, destination, branch, depth }, { git, signal }) =>
    cloneRepository(git, url, destination, { branch, depth, signal }),
  render: ({ path, sha = "empty", branch = "", skipped }) =>
    [`Cloned to ${path} at ${sha} ${branch}`, ...formatSkipped(skipped)].join("\n"),
});

export const remote = defineToolset({
  name: "remote",
  title: "Remote",
  description: "Fetch, pull, push and clone.",
  optional: true,
  openWorld: true,
  tools: [fetchTool, pull, push, clone],
});
