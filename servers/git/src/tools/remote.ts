import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { cloneRepository } from "../creation.ts";
import { formatSkipped } from "../texts.ts";
import { fetchRemote, pullForward, pushRef } from "../transfer.ts";
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
  description: "Brings a remote's commits here; branches and files stay as they are.",
  effect: "write",
  idempotent: true,
  timeoutMs,
  input: z.object({
    repo_path: repo,
    remote: z.string().default("origin").describe("Name of the remote."),
    prune: z.boolean().default(false).describe("Forget branches the remote no longer has."),
  }),
  output: updates,
  async run({ repo_path, remote: name, prune }, { git, signal }) {
    return { updated: await fetchRemote(await git.open(repo_path, signal), name, prune) };
  },
  render: formatUpdates,
});

const pull = defineTool({
  name: "git_pull",
  title: "Pull",
  description: "Moves the current branch forward to the remote's; never merges.",
  effect: "write",
  timeoutMs,
  input: z.object({
    repo_path: repo,
    remote: z.string().optional().describe("Name; the branch's own by default."),
    branch: z.string().optional().describe("The remote's branch."),
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
    [from === sha ? "Already up to date." : `${branch} ${from} -> ${sha}`, ...files].join("\n"),
});

const push = defineTool({
  name: "git_push",
  title: "Push",
  description: "Sends a branch or tag to a remote. Force needs the server's --allow-force.",
  effect: {
    least: "write",
    most: "destroy",
    of: ({ force, refspec = "" }) =>
      force === true || /^[+:]/.test(refspec) ? "destroy" : "write",
  },
  timeoutMs,
  input: z.object({
    repo_path: repo,
    remote: z.string().default("origin").describe("Name of the remote."),
    refspec: z.string().optional().describe("branch or source:target; the current branch."),
    force: z
      .boolean()
      .optional()
      .describe("Replace what the remote has, if it is as last fetched."),
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
  description: "Copies a remote repository to a new directory below an allowed one.",
  effect: "write",
  additive: true,
  timeoutMs,
  input: z.object({
    url: z.string().describe("Address, without credentials."),
    destination: z.string().describe("New directory."),
    branch: z.string().optional().describe("Branch to check out."),
    depth: z.int().optional().describe("Only so many commits."),
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
