import { defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { pullParts, readPullWith } from "../pull-parts.ts";
import { createPull, formatPull, listPulls, mergePull, updatePullBranch } from "../pulls.ts";
import { createReview } from "../reviews.ts";
import {
  answer,
  fields,
  formatFields,
  formatList,
  name,
  order,
  page,
  perPage,
  pullNumber,
  rows,
  state,
  toRows,
} from "./fields.ts";
import { legacyPulls } from "./legacy-pulls.ts";
import { pullRead, pullReviewWrite, pullUpdate } from "./official-pulls.ts";

const getPull = defineTool({
  name: "get_pull_request",
  title: "Read pull request",
  description: "Reads a pull request, with more if asked; files is diff without patches.",
  effect: "read",
  input: z.object({
    ...name,
    pull_number: pullNumber,
    include: z.array(z.enum(pullParts)).optional().describe("Also."),
    page,
  }),
  output: z.looseObject({ head_sha: z.string() }),
  async run({ owner, repo, pull_number, ...how }, { github, signal, budget }) {
    const repository = await github.open({ owner, repo }, signal);
    const { output, shown } = await readPullWith(repository, pull_number, { ...how, budget });
    return reply(output, text(shown));
  },
});

const getPulls = defineTool({
  name: "list_pull_requests",
  title: "List pull requests",
  description: "Lists pull requests by state.",
  effect: "read",
  input: z.object({
    ...name,
    state,
    head: z.string().optional().describe("owner:branch."),
    base: z.string().optional().describe("Branch."),
    sort: z.string().optional().describe("Such as updated."),
    direction: order,
    page,
    per_page: perPage,
    fields,
  }),
  output: z.looseObject({ pulls: rows }),
  async run({ owner, repo, fields: named, ...query }, { github, signal }) {
    const listed = await listPulls(await github.open({ owner, repo }, signal), query);
    const { rows: pulls, lines } = toRows(listed.pulls, named, formatPull);
    return reply({ ...listed, pulls }, text(formatList(lines, listed)));
  },
});

const newPull = defineTool({
  name: "create_pull_request",
  title: "Create pull request",
  description: "Opens a pull request of a branch.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    title: z.string().describe("Title."),
    head: z.string().describe("Branch, or owner:branch."),
    base: z.string().describe("Target."),
    body: z.string().optional().describe("Markdown."),
    draft: z.boolean().optional().describe("As draft."),
    maintainer_can_modify: z.boolean().optional().describe("Let them push."),
  }),
  output: answer,
  async run({ owner, repo, ...pull }, { github, signal }) {
    return createPull(await github.openToWrite({ owner, repo }, signal), pull);
  },
  render: formatFields,
});

const newReview = defineTool({
  name: "create_pull_request_review",
  title: "Review pull request",
  description: "Reviews a pull request and its lines.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    pull_number: pullNumber,
    body: z.string().describe("Markdown."),
    event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]).describe("Verdict."),
    commit_id: z.string().optional().describe("Reviewed head."),
    comments: z
      .array(
        z.object({
          path: z.string().describe("File."),
          line: z.int().optional().describe("In the new file."),
          position: z.int().optional().describe("Or in the diff."),
          body: z.string().describe("Markdown."),
        }),
      )
      .optional()
      .describe("On lines."),
  }),
  output: answer,
  async run({ owner, repo, pull_number, ...review }, { github, signal }) {
    return createReview(await github.openToWrite({ owner, repo }, signal), pull_number, review);
  },
  render: formatFields,
});

const merge = defineTool({
  name: "merge_pull_request",
  title: "Merge pull request",
  description: "Merges a pull request if its head is still sha.",
  effect: "destroy",
  input: z.object({
    ...name,
    pull_number: pullNumber,
    sha: z.string().optional().describe("Reviewed head."),
    commit_title: z.string().optional().describe("Title."),
    commit_message: z.string().optional().describe("Message."),
    merge_method: z.enum(["merge", "squash", "rebase"]).optional().describe("How."),
  }),
  output: answer,
  async run({ owner, repo, pull_number, ...how }, { github, signal }) {
    return mergePull(await github.openToWrite({ owner, repo }, signal), pull_number, how);
  },
  render: formatFields,
});

const update = defineTool({
  name: "update_pull_request_branch",
  title: "Update branch",
  description: "Merges base into a pull request.",
  effect: "write",
  input: z.object({
    ...name,
    pull_number: pullNumber,
    expected_head_sha: z.string().optional().describe("As read."),
  }),
  output: answer,
  async run({ owner, repo, pull_number, expected_head_sha }, { github, signal }) {
    const repository = await github.openToWrite({ owner, repo }, signal);
    return updatePullBranch(repository, pull_number, expected_head_sha);
  },
  render: () => "GitHub is updating the branch.",
});

export const pullRequests = defineToolset({
  name: "pull_requests",
  title: "Pull requests",
  description: "Pull requests, their diffs, checks and reviews.",
  openWorld: true,
  tools: [
    ...[getPull, getPulls, newPull, newReview, merge, update],
    ...legacyPulls,
    ...[pullRead, pullUpdate, pullReviewWrite],
  ],
});
