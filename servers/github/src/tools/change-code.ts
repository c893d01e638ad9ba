import { z } from "zod";
import { createBranch } from "../branches.ts";
import { defineTool } from "../context.ts";
import { editFile, writeFile } from "../file-writes.ts";
import { pushFiles } from "../push.ts";
import { createRepository, forkRepository } from "../repositories.ts";
import { answer, formatFields, name } from "./fields.ts";

const place = {
  path: z.string().describe("Path."),
  message: z.string().describe("Message."),
  branch: z.string().describe("Branch."),
};
const encoding = z.enum(["utf-8", "base64"]).optional().describe("Of content.");

const putFile = defineTool({
  name: "create_or_update_file",
  title: "Write file",
  description: "Creates a file by a commit, or replaces it: then sha must be the blob's.",
  effect: "write",
  input: z.object({
    ...name,
    ...place,
    content: z.string().describe("All of it."),
    sha: z.string().optional().describe("Blob replaced."),
    encoding,
  }),
  output: answer,
  async run({ owner, repo, ...change }, { github, signal }) {
    return writeFile(await github.openToWrite({ owner, repo }, signal), change);
  },
  render: formatFields,
});

const editContents = defineTool({
  name: "edit_file_contents",
  title: "Edit file",
  description: "Replaces exact texts in a file by a commit.",
  effect: "write",
  input: z.object({
    ...name,
    ...place,
    edits: z
      .array(
        z.object({
          old_text: z.string().describe("There once."),
          new_text: z.string().describe("Instead."),
        }),
      )
      .describe("In order."),
    expected_blob_sha: z.string().describe("As read."),
  }),
  output: answer,
  async run({ owner, repo, ...change }, { github, signal }) {
    return editFile(await github.openToWrite({ owner, repo }, signal), change);
  },
  render: formatFields,
});

const push = defineTool({
  name: "push_files",
  title: "Commit files",
  description: "Commits several files at once onto a branch. Never forces.",
  effect: "write",
  input: z.object({
    ...name,
    branch: place.branch,
    message: place.message,
    files: z
      .array(
        z.object({
          path: z.string().describe("Path."),
          content: z.string().describe("All of it."),
          encoding,
        }),
      )
      .describe("Files."),
    expected_head_sha: z.string().optional().describe("As read."),
  }),
  output: answer,
  async run({ owner, repo, ...change }, { github, signal }) {
    return pushFiles(await github.openToWrite({ owner, repo }, signal), change);
  },
  render: formatFields,
});

const newBranch = defineTool({
  name: "create_branch",
  title: "Create branch",
  description: "Branches off another branch.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    branch: z.string().describe("New name."),
    from_branch: z.string().optional().describe("Source."),
  }),
  output: answer,
  async run({ owner, repo, branch, from_branch: from }, { github, signal }) {
    return createBranch(await github.openToWrite({ owner, repo }, signal), { branch, from });
  },
  render: formatFields,
});

const newRepository = defineTool({
  name: "create_repository",
  title: "Create repository",
  description: "Creates a repository of yours.",
  effect: "write",
  additive: true,
  input: z.object({
    name: z.string().describe("Name."),
    description: z.string().optional().describe("Description."),
    private: z.boolean().default(true).describe("Not public."),
    autoInit: z.boolean().optional().describe("With README."),
  }),
  output: answer,
  run: (wanted, { github, signal }) => createRepository(github, wanted, signal),
  render: formatFields,
});

const fork = defineTool({
  name: "fork_repository",
  title: "Fork repository",
  description: "Forks to you or an organization.",
  effect: "write",
  additive: true,
  input: z.object({ ...name, organization: z.string().optional().describe("Target.") }),
  output: answer,
  run: (wanted, { github, signal }) => forkRepository(github, wanted, signal),
  render: formatFields,
});

export const changeCode = [putFile, editContents, push, newBranch, newRepository, fork];
