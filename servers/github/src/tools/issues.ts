import { cuttable, defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { readIssueWith } from "../issue-parts.ts";
import { addComment, createIssue, formatRow, listIssues, updateIssue } from "../issues.ts";
import { formatFound, searchIssues } from "../search.ts";
import {
  formatFields,
  formatList,
  hidden,
  issueNumber,
  name,
  nextPage,
  order,
  page,
  perPage,
  rows,
  state,
} from "./fields.ts";
import { issueRead, issueWrite } from "./official-issues.ts";

const row = z.object({
  number: z.int(),
  title: z.string(),
  state: z.string(),
  author: z.string(),
  labels: z.array(z.string()),
  comments: z.int(),
  updated_at: z.string(),
  is_pull: z.boolean().optional(),
});

const getIssue = defineTool({
  name: "get_issue",
  title: "Read issue",
  description: "Reads an issue, with more of it if asked.",
  effect: "read",
  input: z.object({
    ...name,
    issue_number: issueNumber,
    include: z
      .array(z.enum(["comments", "sub_issues", "timeline"]))
      .default([])
      .describe("Also."),
    page,
  }),
  output: z
    .object({
      number: z.int(),
      title: z.string(),
      state: z.string(),
      author: z.string(),
      body: z.string(),
      comments: rows,
      sub_issues: rows,
      timeline: rows,
      next_page: nextPage,
    })
    .loose(),
  async run({ owner, repo, issue_number, include, page }, { github, signal }) {
    const repository = await github.open({ owner, repo }, signal);
    const { output, shown } = await readIssueWith(repository, issue_number, { include, page });
    return reply(output, text(shown));
  },
});

const getIssues = defineTool({
  name: "list_issues",
  title: "List issues",
  description: "Lists issues and pull requests, without their texts.",
  effect: "read",
  input: z.object({
    ...name,
    state,
    labels: z.array(z.string()).optional().describe("All of them."),
    sort: z.enum(["created", "updated", "comments"]).optional().describe("By."),
    direction: order,
    since: z.string().optional().describe("ISO 8601."),
    page,
    per_page: perPage,
  }),
  output: z.object({ issues: cuttable(z.array(row)), next_page: nextPage, hidden }),
  async run({ owner, repo, ...query }, { github, signal }) {
    return listIssues(await github.open({ owner, repo }, signal), query);
  },
  render: ({ issues, ...more }) => formatList(issues.map(formatRow), more),
});

const findIssues = defineTool({
  name: "search_issues",
  title: "Search issues",
  description: "Finds issues and pull requests by GitHub's search syntax.",
  effect: "read",
  input: z.object({
    q: z.string().describe("Query."),
    sort: z
      .enum([
        "comments",
        "reactions",
        "reactions-+1",
        "reactions--1",
        "reactions-smile",
        "reactions-thinking_face",
        "reactions-heart",
        "reactions-tada",
        "interactions",
        "created",
        "updated",
      ])
      .optional()
      .describe("By."),
    order,
    page,
    per_page: perPage,
  }),
  output: z.object({
    issues: cuttable(z.array(z.looseObject({ repository: z.string(), number: z.int() }))),
    total: z.int(),
    next_page: nextPage,
    hidden,
  }),
  async run(query, { github, signal }) {
    const found = await searchIssues(github, query, signal);
    const shown = text(formatList(found.issues.map(formatFound), found));
    return reply({ ...found, issues: found.issues.map((issue) => ({ ...issue })) }, shown);
  },
});

const fields = {
  body: z.string().optional().describe("Markdown."),
  assignees: z.array(z.string()).optional().describe("Logins."),
  milestone: z.int().optional().describe("Number."),
  labels: z.array(z.string()).optional().describe("Labels."),
};

const written = z.object({ number: z.int(), state: z.string(), url: z.string() });

const newIssue = defineTool({
  name: "create_issue",
  title: "Create issue",
  description: "Opens an issue.",
  effect: "write",
  additive: true,
  input: z.object({ ...name, title: z.string().describe("Title."), ...fields }),
  output: written,
  async run({ owner, repo, ...issue }, { github, signal }) {
    return createIssue(await github.openToWrite({ owner, repo }, signal), issue);
  },
  render: formatFields,
});

const changeIssue = defineTool({
  name: "update_issue",
  title: "Update issue",
  description: "Changes what is given, of an issue or pull request.",
  effect: "write",
  idempotent: true,
  input: z.object({
    ...name,
    issue_number: issueNumber,
    title: z.string().optional().describe("Title."),
    ...fields,
    state: z.enum(["open", "closed"]).optional().describe("State."),
    state_reason: z
      .enum(["completed", "not_planned", "reopened", "duplicate"])
      .optional()
      .describe("Why."),
  }),
  output: written,
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
  output: z.object({ id: z.int(), url: z.string() }),
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
