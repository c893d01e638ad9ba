import { reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { type PullPart, readPullWith } from "../pull-parts.ts";
import { updatePull } from "../pulls.ts";
import { createReview } from "../reviews.ts";
import { formatFields, name, page, perPage, pullNumber } from "./fields.ts";

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
  description: "Reads a pull request, as GitHub's own server names it; see get_pull_request.",
  effect: "read",
  listed: false,
  input: z.object({
    method: z.enum(methods).describe("What."),
    ...name,
    pullNumber,
    page,
    perPage,
  }),
  output: z.looseObject({ number: z.int() }),
  async run({ owner, repo, pullNumber: number, method, ...rest }, { github, signal, budget }) {
    const repository = await github.open({ owner, repo }, signal);
    const how = { include: parts[method], page: rest.page, per_page: rest.perPage, budget };
    const { output, shown } = await readPullWith(repository, number, how);
    return reply(output, text(shown));
  },
});

export const pullUpdate = defineTool({
  name: "update_pull_request",
  title: "Update pull request",
  description:
    "Changes a pull request's words, target or state; update_issue does all but the target.",
  effect: "write",
  idempotent: true,
  listed: false,
  input: z.object({
    ...name,
    pullNumber,
    title: z.string().optional().describe("Title."),
    body: z.string().optional().describe("Markdown."),
    state: z.enum(["open", "closed"]).optional().describe("State."),
    base: z.string().optional().describe("Target."),
    maintainer_can_modify: z.boolean().optional().describe("Let them push."),
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
    "Reviews a pull request, as GitHub's own server names it; see create_pull_request_review.",
  effect: "write",
  additive: true,
  listed: false,
  input: z.object({
    method: z.literal("create").describe("What; reviews are not left pending here."),
    ...name,
    pullNumber,
    body: z.string().optional().describe("Markdown."),
    event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]).describe("Verdict."),
    commitID: z.string().optional().describe("Reviewed head."),
  }),
  output: z.object({ id: z.int(), state: z.string(), url: z.string() }),
  async run({ owner, repo, pullNumber: number, body, event, commitID }, { github, signal }) {
    const repository = await github.openToWrite({ owner, repo }, signal);
    return createReview(repository, number, { body, event, commit_id: commitID });
  },
  render: formatFields,
});
