import { reply, ToolError, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { readIssueWith } from "../issue-parts.ts";
import { createIssue, updateIssue } from "../issues.ts";
import { formatFields, issueNumber, name, page, perPage } from "./fields.ts";

// GitHub's own server has one tool with a `method` where this one has several: callers who know
// those names find them here, outside the list.

const parts = {
  get: [],
  get_comments: ["comments"],
  get_sub_issues: ["sub_issues"],
} as const;

export const issueRead = defineTool({
  name: "issue_read",
  title: "Read issue",
  description: "Reads an issue, as GitHub's own server names it; see get_issue.",
  effect: "read",
  listed: false,
  input: z.object({
    method: z.enum(["get", "get_comments", "get_sub_issues"]).describe("What."),
    ...name,
    issue_number: issueNumber,
    page,
    perPage,
  }),
  output: z.looseObject({ number: z.int() }),
  async run({ owner, repo, issue_number, method, ...rest }, { github, signal, budget }) {
    const repository = await github.open({ owner, repo }, signal);
    const how = { include: parts[method], page: rest.page, per_page: rest.perPage, budget };
    const { output, shown } = await readIssueWith(repository, issue_number, how);
    return reply(output, text(shown));
  },
});

export const issueWrite = defineTool({
  name: "issue_write",
  title: "Write issue",
  description:
    "Creates or updates an issue, as GitHub's own server names it; see create_issue and update_issue.",
  effect: "write",
  listed: false,
  input: z.object({
    method: z.enum(["create", "update"]).describe("What."),
    ...name,
    issue_number: issueNumber.optional(),
    title: z.string().optional().describe("Title."),
    body: z.string().optional().describe("Markdown."),
    assignees: z.array(z.string()).optional().describe("Logins."),
    labels: z.array(z.string()).optional().describe("Labels."),
    milestone: z.int().optional().describe("Number."),
    state: z.enum(["open", "closed"]).optional().describe("State."),
    state_reason: z.enum(["completed", "not_planned", "duplicate"]).optional().describe("Why."),
  }),
  output: z.object({ number: z.int(), state: z.string(), url: z.string() }),
  async run({ owner, repo, method, issue_number, ...issue }, { github, signal }) {
    const repository = await github.openToWrite({ owner, repo }, signal);
    if (method === "create") return createIssue(repository, issue);
    if (issue_number !== undefined) return updateIssue(repository, issue_number, issue);
    throw new ToolError("update needs an issue_number.", "Give the number of the issue.");
  },
  render: formatFields,
});
