import { z } from "zod";
import { createBranch } from "../code/branches.ts";
import { editFile, writeFile } from "../code/file-writes.ts";
import { pushFiles } from "../code/push.ts";
import { createRepository, forkRepository } from "../code/repositories.ts";
import { defineTool } from "../context.ts";
import { answer, formatFields, name } from "./fields.ts";

const path = z.string().describe("Path from the top of the repository, e.g. docs/guide.md.");
const message = z.string().describe("Commit message: a short subject line, then why.");
const branch = z.string().describe("Branch to commit to, e.g. main; it must exist.");
const content = z.string().describe("The whole new content of the file.");
const encoding = z
  .enum(["utf-8", "base64"])
  .optional()
  .describe("How content is given: utf-8 for text (default), base64 for bytes.");

const putFile = defineTool({
  name: "create_or_update_file",
  title: "Create or replace file",
  description:
    "Create a new file in a GitHub repository, or replace the whole content of one, as a commit. To change only parts of a file use edit_file_contents; for several files use push_files.",
  effect: "write",
  input: z.object({
    ...name,
    path,
    message,
    branch,
    content,
    sha: z
      .string()
      .optional()
      .describe(
        "Blob sha of the file to replace, from get_file_contents; leave out for a new file.",
      ),
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
  description:
    "Edit a file in a GitHub repository as a commit: replace exact pieces of its text and keep the rest. Read it with get_file_contents first.",
  effect: "write",
  input: z.object({
    ...name,
    path,
    message,
    branch,
    edits: z
      .array(
        z.object({
          old_text: z
            .string()
            .describe("Text to replace, exactly as in the file; must occur once."),
          new_text: z.string().describe("Text to put in its place; empty deletes it."),
        }),
      )
      .describe("Replacements, made in this order."),
    expected_blob_sha: z
      .string()
      .describe("Blob sha from get_file_contents; if the file has changed since, nothing is done."),
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
  description:
    "Commit several new or changed files to a branch on GitHub at once, as one commit. Never overwrites commits that others pushed in the meantime.",
  effect: "write",
  input: z.object({
    ...name,
    branch,
    message,
    files: z
      .array(z.object({ path, content, encoding }))
      .describe("Files to create or replace in this commit."),
    expected_head_sha: z
      .string()
      .optional()
      .describe("Commit sha the branch must still be at; otherwise nothing is done. Default: any."),
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
  description: "Create a branch in a GitHub repository, starting at the tip of another branch.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    branch: z.string().describe("Name of the new branch, e.g. fix/login."),
    from_branch: z
      .string()
      .optional()
      .describe("Branch to start from. Default: the default branch."),
  }),
  output: answer,
  async run({ owner, repo, branch: made, from_branch: from }, { github, signal }) {
    return createBranch(await github.openToWrite({ owner, repo }, signal), { branch: made, from });
  },
  render: formatFields,
});

const newRepository = defineTool({
  name: "create_repository",
  title: "Create repository",
  description: "Create a GitHub repository in your own account. It is private by default.",
  effect: "write",
  additive: true,
  input: z.object({
    name: z.string().describe("Name of the new repository, e.g. my-app."),
    description: z.string().optional().describe("One line that says what the repository is for."),
    private: z.boolean().default(true).describe("false makes it public. Default true."),
    autoInit: z
      .boolean()
      .optional()
      .describe("true starts it with a README and a first commit. Default false."),
  }),
  output: answer,
  run: (wanted, { github, signal }) => createRepository(github, wanted, signal),
  render: formatFields,
});

const fork = defineTool({
  name: "fork_repository",
  title: "Fork repository",
  description: "Fork (copy) a GitHub repository to your own account or to an organization.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    organization: z
      .string()
      .optional()
      .describe("Organization that gets the fork. Default: your own account."),
  }),
  output: answer,
  run: (wanted, { github, signal }) => forkRepository(github, wanted, signal),
  render: formatFields,
});

export const changeCode = [putFile, editContents, push, newBranch, newRepository, fork];
