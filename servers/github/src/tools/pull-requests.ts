import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { pullParts, readPullWith } from "../discussion/pull-parts.ts";
import { createPull, listPulls, mergePull, updatePullBranch } from "../discussion/pulls.ts";
import { createReview } from "../discussion/reviews.ts";
import {
  answer,
  body,
  bodyOffset,
  fields,
  formatFields,
  formatList,
  listPage,
  name,
  order,
  page,
  perPage,
  pickFields,
  pullNumber,
  rows,
  state,
} from "./fields.ts";
import { legacyPulls } from "./official/legacy-pulls.ts";
import { pullRead, pullReviewWrite, pullUpdate } from "./official/pulls.ts";

const getPull = defineTool({
  name: "get_pull_request",
  title: "Read pull request",
  description:
    "Read one GitHub pull request (PR): its text, state, branches and head sha, and with include its diff, checks, reviews and comments too.",
  effect: "read",
  input: z.object({
    ...name,
    pull_number: pullNumber,
    include: z
      .array(z.enum(pullParts))
      .optional()
      .describe(
        "What to show as well: diff: changed files with patches; files: without; status: commit statuses; checks: CI jobs; reviews; comments: on lines; discussion: the other comments.",
      ),
    page: page.describe("Page of what include names, from 1. Default 1."),
    per_page: perPage,
    body_offset: bodyOffset,
  }),
  output: z.string(),
  async run({ owner, repo, pull_number, ...how }, { github, signal, room }) {
    const repository = await github.open({ owner, repo }, signal);
    return readPullWith(repository, pull_number, { ...how, room: room() });
  },
});

const getPulls = defineTool({
  name: "list_pull_requests",
  title: "List pull requests",
  description:
    "List the pull requests (PRs) of a GitHub repository, open ones by default, with their authors and branches.",
  effect: "read",
  input: z.object({
    ...name,
    state,
    head: z.string().optional().describe("Only those from this branch, as owner:branch."),
    base: z.string().optional().describe("Only those into this branch, e.g. main."),
    sort: z
      .string()
      .optional()
      .describe("What to sort by: created (default), updated, popularity or long-running."),
    direction: order,
    page,
    per_page: perPage,
    fields,
  }),
  output: z.looseObject({ pulls: rows }),
  async run({ owner, repo, fields: named, ...query }, context) {
    const repository = await context.github.open({ owner, repo }, context.signal);
    return listPage(context, query, async (asked) => {
      const { pulls, ...more } = await listPulls(repository, asked);
      return { pulls: pickFields(pulls, named), ...more };
    });
  },
  render: ({ pulls, ...more }) => formatList(pulls, more),
});

const newPull = defineTool({
  name: "create_pull_request",
  title: "Create pull request",
  description:
    "Open a pull request (PR) on GitHub that asks to merge one branch into another. Returns its number.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    title: z.string().describe("Title of the pull request, in one line."),
    head: z.string().describe("Branch with the changes; owner:branch if it is in a fork."),
    base: z.string().describe("Branch to merge into, e.g. main."),
    body,
    draft: z.boolean().optional().describe("true opens it as a draft. Default false."),
    maintainer_can_modify: z
      .boolean()
      .optional()
      .describe("true lets maintainers push to the head branch."),
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
  description:
    "Review a pull request (PR) on GitHub: approve it, request changes or comment, on the whole and on single lines of its diff.",
  effect: "write",
  additive: true,
  input: z.object({
    ...name,
    pull_number: pullNumber,
    body: z.string().describe("Text of the review, in Markdown."),
    event: z
      .enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"])
      .describe("Verdict: approve, ask for changes, or comment without a verdict."),
    commit_id: z
      .string()
      .optional()
      .describe("Sha of the commit that was reviewed. Default: the head."),
    comments: z
      .array(
        z.object({
          path: z.string().describe("Path of the changed file, e.g. src/app.ts."),
          line: z.int().optional().describe("Line in the new version of the file."),
          position: z
            .int()
            .optional()
            .describe("In place of line: the line in the file's diff, from 1."),
          body: z.string().describe("Text of the comment, in Markdown."),
        }),
      )
      .optional()
      .describe("Comments on single lines of the diff."),
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
  description:
    "Merge a pull request (PR) on GitHub into its base branch, if its head is still the commit that was reviewed (sha).",
  effect: "destroy",
  input: z.object({
    ...name,
    pull_number: pullNumber,
    sha: z
      .string()
      .optional()
      .describe("Head sha that was reviewed, from get_pull_request. Needed to merge."),
    commit_title: z.string().optional().describe("Subject line of the merge commit."),
    commit_message: z.string().optional().describe("Text of the merge commit below its subject."),
    merge_method: z
      .enum(["merge", "squash", "rebase"])
      .optional()
      .describe("merge: a merge commit (default); squash: one commit; rebase: no merge commit."),
  }),
  output: answer,
  async run({ owner, repo, pull_number, ...how }, { github, signal }) {
    return mergePull(await github.openToWrite({ owner, repo }, signal), pull_number, how);
  },
  render: formatFields,
});

const update = defineTool({
  name: "update_pull_request_branch",
  title: "Update pull request branch",
  description:
    "Bring the branch of a pull request up to date on GitHub, by merging its base branch into it.",
  effect: "write",
  input: z.object({
    ...name,
    pull_number: pullNumber,
    expected_head_sha: z
      .string()
      .optional()
      .describe("Head sha it must still have; otherwise nothing is done. Default: any."),
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
  description: "Pull requests with their diffs, checks and reviews: read, open, review, merge.",
  openWorld: true,
  tools: [
    ...[getPull, getPulls, newPull, newReview, merge, update],
    ...legacyPulls,
    ...[pullRead, pullUpdate, pullReviewWrite],
  ],
});
