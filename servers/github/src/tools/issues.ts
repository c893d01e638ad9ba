import { defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { readIssueWith } from "../issue-parts.ts";
import { addComment, createIssue, formatRow, listIssues, updateIssue } from "../issues.ts";
import { formatFound, searchIssues } from "../search.ts";
import {
  answer,
  fields,
  formatFields,
  formatList,
  issueNumber,
  name,
  order,
  page,
  perPage,
  rows,
  state,
  toRows,
} from "./fields.ts";
import { issueRead, issueWrite } from "./official-issues.ts";

const getIssue = defineTool({
  name: "get_issue",
  title: "Read issue",
  description: "Reads an issue, with more if asked.",
  effect: "read",
  input: z.object({
    ...name,
    issue_number: issueNumber,
    include: z
      .array(z.enum(["comments", "sub_issues", "timeline"]))
      .optional()
      .describe("Also."),
    page,
  }),
  output: answer,
  async run({ owner, repo, issue_number, ...how }, { github, signal, budget }) {
    const repository = await github.open({ owner, repo }, signal);
    const { output, shown } = await readIssueWith(repository, issue_number, { ...how, budget });
    return reply(output, text(shown));
  },
});

const getIssues = defineTool({
  name: "list_issues",
  title: "List issues",
  description: "Lists issues and pulls.",
  effect: "read",
  input: z.object({
    ...name,
    state,
    labels: z.array(z.string()).optional().describe("All of them."),
    sort: z.string().optional().describe("Such as updated."),
    direction: order,
    since: z.string().optional().describe("ISO 8601."),
    page,
    per_page: perPage,
    fields,
  }),
  output: z.looseObject({ issues: rows }),
  async run({ owner, repo, fields: named, ...query }, { github, signal }) {
    const listed = await listIssues(await github.open({ owner, repo }, signal), query);
    const { rows: issues, lines } = toRows(listed.issues, named, formatRow);
    return reply({ ...listed, issues }, text(formatList(lines, listed)));
  },
});

const findIssues = defineTool({
  name: "search_issues",
  title: "Search issues",
  description: "Finds issues and pulls by search syntax.",
  effect: "read",
  input: z.object({
    q: z.string().describe("Query."),
    sort: z.string().optional().describe("Such as updated."),
    order,
    page,
    per_page: perPage,
  }),
  output: z.looseObject({ issues: rows }),
  async run(query, { github, signal }) {
    const found = await searchIssues(github, query, signal);
    const shown = text(formatList(found.issues.map(formatFound), found));
    return reply(found, shown);
  },
});

const words = {
  body: z.string().optional().describe("Markdown."),
  assignees: z.array(z.string()).optional().describe("Logins."),
  milestone: z.int().optional().describe("Number."),
  labels: z.array(z.string()).optional().describe("Labels."),
};

const newIssue = defineTool({
  name: "create_issue",
  title: "Create issue",
  description: "Opens an issue in a repository.",
  effect: "write",
  additive: true,
  input: z.object({ ...name, title: z.string().describe("Title."), ...words }),
  output: answer,
  async run({ owner, repo, ...issue }, { github, signal }) {
    return createIssue(await github.openToWrite({ owner, repo }, signal), issue);
  },
  render: formatFields,
});

const changeIssue = defineTool({
  name: "update_issue",
  title: "Update issue",
  description: "Changes an issue or pull request.",
  effect: "write",
  idempotent: true,
  input: z.object({
    ...name,
    issue_number: issueNumber,
    title: z.string().optional().describe("Title."),
    ...words,
    state: z.enum(["open", "closed"]).optional().describe("State."),
    state_reason: z
      .enum(["completed", "not_planned", "reopened", "duplicate"])
      .optional()
      .describe("Why."),
  }),
  output: answer,
  async run({ owner, repo, issue_number, ...issue }, { github, signal }) {
    return updateIssue(await github.openToWrite({ owner, repo }, signal), issue_number, issue);
  },
  render: formatFields,
});

const newComment = defineTool({
  name: "add_issue_comment",
  title: "Comment",
  description: "Comments on an issue or pull request.",
  effect: "write",
  additive: true,
  input: z.object({ ...name, issue_number: issueNumber, body: z.string().describe("Markdown.") }),
  output: answer,
  async run({ owner, repo, issue_number, body }, { github, signal }) {
    return addComment(await github.openToWrite({ owner, repo }, signal), issue_number, body);
  },
  render: formatFields,
});

export const issues = defineToolset({
  name: "issues",
  title: "Issues",
  description: "Issues and what is said in them.",
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
