import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { readIssueWith } from "../discussion/issue-parts.ts";
import { addComment, createIssue, listIssues, updateIssue } from "../discussion/issues.ts";
import { searchIssues } from "../discussion/search.ts";
import {
  answer,
  body,
  bodyOffset,
  fields,
  formatFields,
  formatList,
  issueNumber,
  listPage,
  name,
  order,
  page,
  perPage,
  pickFields,
  rows,
  state,
} from "./fields.ts";
import { issueRead, issueWrite } from "./official/issues.ts";

const getIssue = defineTool({
  name: "get_issue",
  title: "Read issue",
  description:
    "Read one GitHub issue: its title, text, state, labels and assignees, and with include its comments and history too.",
  effect: "read",
  input: z.object({
    ...name,
    issue_number: issueNumber,
    include: z
      .array(z.enum(["comments", "sub_issues", "timeline"]))
      .optional()
      .describe(
        "What to show as well: comments; sub_issues: the issues it is split into; timeline: labels, assignments and closing.",
      ),
    page: page.describe("Page of what include names, from 1. Default 1."),
    per_page: perPage,
    body_offset: bodyOffset,
  }),
  output: z.string(),
  async run({ owner, repo, issue_number, ...how }, { github, signal, room }) {
    const repository = await github.open({ owner, repo }, signal);
    return readIssueWith(repository, issue_number, { ...how, room: room() });
  },
});

const getIssues = defineTool({
  name: "list_issues",
  title: "List issues",
  description:
    "List the issues of a GitHub repository, open ones by default, with their labels and authors. Pull requests are listed as well (is_pull).",
  effect: "read",
  input: z.object({
    ...name,
    state,
    labels: z
      .array(z.string())
      .optional()
      .describe('Only issues that have all of these labels, e.g. ["bug"].'),
    sort: z
      .string()
      .optional()
      .describe("What to sort by: created (default), updated or comments."),
    direction: order,
    since: z
      .string()
      .optional()
      .describe("Only issues updated after this time, in ISO 8601, e.g. 2026-11-01T00:00:00Z."),
    page,
    per_page: perPage,
    fields,
  }),
  output: z.looseObject({ issues: rows }),
  async run({ owner, repo, fields: named, ...query }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    return listPage(context, query, async (asked) => {
      const { issues, ...more } = await listIssues(repository, asked);
      return { issues: pickFields(issues, named), ...more };
    });
  },
  render: ({ issues, ...more }) => formatList(issues, more),
});

const findIssues = defineTool({
  name: "search_issues",
  title: "Search issues and pull requests",
  description:
    "Search issues and pull requests on GitHub by words, author, label or state, in one repository or in all of them.",
  effect: "read",
  input: z.object({
    q: z
      .string()
      .describe(
        "GitHub search, e.g. crash repo:octocat/hello is:issue is:open label:bug author:eve.",
      ),
    sort: z
      .string()
      .optional()
      .describe("What to sort by: created, updated or comments. Default: best match."),
    order,
    page,
    per_page: perPage,
  }),
  output: z.looseObject({ issues: rows }),
  run: (query, context) =>
    listPage(context, query, (asked) => searchIssues(context.github, asked, context.signal)),
  render: ({ issues, ...more }) => formatList(issues, more),
});

const words = {
  body,
  assignees: z.array(z.string()).optional().describe("Logins of the users to assign."),
  milestone: z.int().optional().describe("Number of the milestone it belongs to."),
  labels: z.array(z.string()).optional().describe('Names of its labels, e.g. ["bug"].'),
};

const newIssue = defineTool({
  name: "create_issue",
  title: "Create issue",
  description:
    "Create an issue on GitHub: report a bug, ask for a feature or write down a task. Returns its number.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    title: z.string().describe("Title of the issue, in one line."),
    ...words,
  }),
  output: answer,
  async run({ owner, repo, ...issue }, { github, signal }) {
    return createIssue(await github.openToWrite({ owner, repo }, signal), issue);
  },
  render: formatFields,
});

const changeIssue = defineTool({
  name: "update_issue",
  title: "Update issue",
  description:
    "Change an issue or pull request on GitHub: close or reopen it, edit its title or text, set labels, assignees or milestone. What is left out stays.",
  effect: "write",
  idempotent: true,
  input: z.object({
    ...name,
    issue_number: issueNumber.describe("Number of the issue or pull request, without #."),
    title: z.string().optional().describe("New title, in one line."),
    ...words,
    state: z.enum(["open", "closed"]).optional().describe("closed closes it, open reopens it."),
    state_reason: z
      .enum(["completed", "not_planned", "reopened", "duplicate"])
      .optional()
      .describe("Why state changes: completed is done, not_planned will not be done."),
  }),
  output: answer,
  async run({ owner, repo, issue_number, ...issue }, { github, signal }) {
    return updateIssue(await github.openToWrite({ owner, repo }, signal), issue_number, issue);
  },
  render: formatFields,
});

const newComment = defineTool({
  name: "add_issue_comment",
  title: "Comment on issue",
  description:
    "Comment on a GitHub issue or in the discussion of a pull request. For comments on lines of code use create_pull_request_review.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    issue_number: issueNumber.describe("Number of the issue or pull request, without #."),
    body: z.string().describe("Text of the comment, in Markdown."),
  }),
  output: answer,
  async run({ owner, repo, issue_number, body: written }, { github, signal }) {
    return addComment(await github.openToWrite({ owner, repo }, signal), issue_number, written);
  },
  render: formatFields,
});

export const issues = defineToolset({
  name: "issues",
  title: "Issues",
  description: "Issues and their comments: read, search, create, change, close.",
  openWorld: true,
  tools: [
    getIssue,
    getIssues,
    findIssues,
    newIssue,
    changeIssue,
    newComment,
    issueRead,
    issueWrite,
  ],
});
