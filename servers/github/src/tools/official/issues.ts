import { ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../../context.ts";
import { readIssueWith } from "../../discussion/issue-parts.ts";
import { createIssue, updateIssue } from "../../discussion/issues.ts";
import { body, formatFields, issueNumber, name, page, perPage } from "../fields.ts";

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
  description:
    "Read an issue or what belongs to it, under the name GitHub's own server has for this. get_issue does the same.",
  effect: "read",
  listed: false,
  input: z.object({
    method: z
      .enum(["get", "get_comments", "get_sub_issues"])
      .describe("What to read: get (the issue), or with it get_comments or get_sub_issues."),
    ...name,
    issue_number: issueNumber,
    page,
    perPage,
  }),
  output: z.string(),
  async run({ owner, repo, issue_number, method, ...rest }, { github, signal, room }) {
    const repository = await github.open({ owner, repo }, signal);
    const how = { include: parts[method], page: rest.page, per_page: rest.perPage, room: room() };
    return readIssueWith(repository, issue_number, how);
  },
});

export const issueWrite = defineTool({
  name: "issue_write",
  title: "Write issue",
  description:
    "Create or update an issue, under the name GitHub's own server has for this. create_issue and update_issue do the same.",
  effect: "write",
  listed: false,
  input: z.object({
    method: z
      .enum(["create", "update"])
      .describe("What to do: create a new issue, or update the one with issue_number."),
    ...name,
    issue_number: issueNumber.optional().describe("Number of the issue to update, without #."),
    title: z.string().optional().describe("Title, in one line; create needs it."),
    body,
    assignees: z.array(z.string()).optional().describe("Logins of the users to assign."),
    labels: z.array(z.string()).optional().describe('Names of its labels, e.g. ["bug"].'),
    milestone: z.int().optional().describe("Number of the milestone it belongs to."),
    state: z.enum(["open", "closed"]).optional().describe("closed closes it, open reopens it."),
    state_reason: z
      .enum(["completed", "not_planned", "duplicate"])
      .optional()
      .describe("Why it is closed: completed is done, not_planned will not be done."),
  }),
  output: z.object({ number: z.int(), state: z.string(), url: z.string() }),
  async run({ owner, repo, method, issue_number, ...issue }, { github, signal }) {
    const repository = await github.openToWrite({ owner, repo }, signal);
    if (method === "create") return createIssue(repository, issue);
    if (issue_number !== undefined) return updateIssue(repository, issue_number, issue);
    throw new ToolError(
      'The method "update" needs an issue_number.',
      "Give the number of the issue to update.",
    );
  },
  render: formatFields,
});
