import { z } from "zod";
import { defineTool } from "../../context.ts";
import { type PullPart, readPullWith } from "../../discussion/pull-parts.ts";
import { updatePull } from "../../discussion/pulls.ts";
import { createReview } from "../../discussion/reviews.ts";
import { body, formatFields, name, page, perPage, pullNumber } from "../fields.ts";

// As official-issues.ts: GitHub's own server's names, outside the list.

const methods = [
  "get",
  "get_diff",
  "get_status",
  "get_files",
  "get_review_comments",
  "get_reviews",
  "get_comments",
  "get_check_runs",
] as const;

const parts: Readonly<Record<(typeof methods)[number], readonly PullPart[]>> = {
  get: [],
  get_diff: ["diff"],
  get_status: ["status"],
  get_files: ["files"],
  get_review_comments: ["comments"],
  get_reviews: ["reviews"],
  get_comments: ["discussion"],
  get_check_runs: ["checks"],
};

export const pullRead = defineTool({
  name: "pull_request_read",
  title: "Read pull request",
  description:
    "Read a pull request or what belongs to it, under the name GitHub's own server has for this. get_pull_request does the same.",
  effect: "read",
  listed: false,
  input: z.object({
    method: z
      .enum(methods)
      .describe(
        "What to read: get (the pull request), or with it its diff, status, files, comments on lines, reviews, comments or checks.",
      ),
    ...name,
    pullNumber,
    page,
    perPage,
  }),
  output: z.string(),
  async run({ owner, repo, pullNumber: number, method, ...rest }, { github, signal, room }) {
    const repository = await github.open({ owner, repo }, signal);
    const how = { include: parts[method], page: rest.page, per_page: rest.perPage, room: room() };
    return readPullWith(repository, number, how);
  },
});

export const pullUpdate = defineTool({
  name: "update_pull_request",
  title: "Update pull request",
  description:
    "Change the title, text, base branch or state of a pull request. update_issue does all but the base branch.",
  effect: "write",
  idempotent: true,
  listed: false,
  input: z.object({
    ...name,
    pullNumber,
    title: z.string().optional().describe("New title, in one line."),
    body,
    state: z.enum(["open", "closed"]).optional().describe("closed closes it, open reopens it."),
    base: z.string().optional().describe("Branch to merge into instead, e.g. main."),
    maintainer_can_modify: z
      .boolean()
      .optional()
      .describe("true lets maintainers push to the head branch."),
  }),
  output: z.object({ number: z.int(), state: z.string(), head_sha: z.string(), url: z.string() }),
  async run({ owner, repo, pullNumber: number, ...change }, { github, signal }) {
    return updatePull(await github.openToWrite({ owner, repo }, signal), number, change);
  },
  render: formatFields,
});

export const pullReviewWrite = defineTool({
  name: "pull_request_review_write",
  title: "Review pull request",
  description:
    "Review a pull request, under the name GitHub's own server has for this. create_pull_request_review does the same and comments on lines.",
  effect: "write",
  additive: true,
  listed: false,
  input: z.object({
    method: z
      .literal("create")
      .describe("create submits a review at once; pending reviews are not supported."),
    ...name,
    pullNumber,
    body,
    event: z
      .enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"])
      .describe("Verdict: approve, ask for changes, or comment without a verdict."),
    commitID: z
      .string()
      .optional()
      .describe("Sha of the commit that was reviewed. Default: the head."),
  }),
  output: z.object({ id: z.int(), state: z.string(), url: z.string() }),
  async run(
    { owner, repo, pullNumber: number, method: _, commitID, ...review },
    { github, signal },
  ) {
    const repository = await github.openToWrite({ owner, repo }, signal);
    return createReview(repository, number, { ...review, commit_id: commitID });
  },
  render: formatFields,
});
