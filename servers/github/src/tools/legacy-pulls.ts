import { cuttable } from "@fairlead/runtime";
import { z } from "zod";
import { readStatus } from "../checks.ts";
import { defineTool } from "../context.ts";
import { formatFiles, toPatchRoom } from "../diffs.ts";
import { listPullFiles, readPullHead } from "../pulls.ts";
import { listReviewComments, listReviews } from "../reviews.ts";
import { name, pullNumber } from "./fields.ts";

// Tools of the reference server whose answers get_pull_request includes where they are asked for.

const input = z.object({ ...name, pull_number: pullNumber });
const query = { per_page: 100 };

const getFiles = defineTool({
  name: "get_pull_request_files",
  title: "Pull request's files",
  description: "Lists the files a pull request changes, with patches; see get_pull_request.",
  effect: "read",
  listed: false,
  input,
  output: z.object({
    files: cuttable(
      z.array(
        z.object({
          path: z.string(),
          status: z.string(),
          added: z.int(),
          deleted: z.int(),
          from: z.string().optional(),
          patch: z.string().optional(),
        }),
      ),
    ),
  }),
  async run({ owner, repo, pull_number }, { github, signal, budget }) {
    const repository = await github.open({ owner, repo }, signal);
    await readPullHead(repository, pull_number);
    const room = toPatchRoom(budget);
    const { files } = await listPullFiles(repository, pull_number, { ...query, room });
    return { files };
  },
  render: ({ files }) => formatFiles(files),
});

const getStatus = defineTool({
  name: "get_pull_request_status",
  title: "Pull request's status",
  description: "Tells the combined status of a pull request's head; see get_pull_request.",
  effect: "read",
  listed: false,
  input,
  output: z.object({
    sha: z.string(),
    state: z.string(),
    statuses: cuttable(
      z.array(
        z.object({
          context: z.string(),
          state: z.string(),
          description: z.string(),
          url: z.string().optional(),
        }),
      ),
    ),
  }),
  async run({ owner, repo, pull_number }, { github, signal }) {
    const repository = await github.open({ owner, repo }, signal);
    const sha = await readPullHead(repository, pull_number);
    return { sha, ...(await readStatus(repository, sha)) };
  },
  render: ({ sha, state, statuses }) =>
    [`${state} ${sha}`, ...statuses.map((row) => `${row.state} ${row.context}`)].join("\n"),
});

const said = z.object({
  id: z.int(),
  author: z.string(),
  created_at: z.string(),
  body: z.string(),
});

const getComments = defineTool({
  name: "get_pull_request_comments",
  title: "Pull request's comments",
  description: "Lists comments on lines of a pull request; see get_pull_request.",
  effect: "read",
  listed: false,
  input,
  output: z.object({
    comments: cuttable(z.array(said.extend({ path: z.string(), line: z.int().optional() }))),
    hidden: z.int().optional(),
  }),
  async run({ owner, repo, pull_number }, { github, signal }) {
    const repository = await github.open({ owner, repo }, signal);
    const { comments, hidden } = await listReviewComments(repository, pull_number, query);
    return { comments: comments.map(({ reply_to: _, ...comment }) => comment), hidden };
  },
  render: ({ comments }) =>
    comments.map((row) => `${row.author} ${row.path}:${row.line ?? ""}\n${row.body}`).join("\n") ||
    "None.",
});

const getReviews = defineTool({
  name: "get_pull_request_reviews",
  title: "Pull request's reviews",
  description: "Lists the reviews of a pull request; see get_pull_request.",
  effect: "read",
  listed: false,
  input,
  output: z.object({
    reviews: cuttable(z.array(said.extend({ state: z.string() }))),
    hidden: z.int().optional(),
  }),
  async run({ owner, repo, pull_number }, { github, signal }) {
    const repository = await github.open({ owner, repo }, signal);
    const { reviews, hidden } = await listReviews(repository, pull_number, query);
    return { reviews, hidden };
  },
  render: ({ reviews }) =>
    reviews.map((row) => `${row.author} ${row.state}\n${row.body}`).join("\n") || "None.",
});

export const legacyPulls = [getFiles, getStatus, getComments, getReviews];
