import { z } from "zod";
import { defineTool } from "../../context.ts";
import { type PullPart, readPullPart } from "../../discussion/pull-parts.ts";
import { name, page, perPage, pullNumber } from "../fields.ts";

// Tools of the reference server whose answers get_pull_request includes where they are asked for.

interface Facts {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly part: PullPart;
}

function definePart({ part, ...facts }: Facts) {
  return defineTool({
    ...facts,
    effect: "read",
    listed: false,
    input: z.object({ ...name, pull_number: pullNumber, page, per_page: perPage }),
    output: z.string(),
    async run({ owner, repo, pull_number, ...query }, { github, signal, room }) {
      const repository = await github.open({ owner, repo }, signal);
      return readPullPart(repository, pull_number, { ...query, part, room: room() });
    },
  });
}

export const legacyPulls = [
  definePart({
    name: "get_pull_request_files",
    title: "Pull request's files",
    description:
      "List the files a pull request changes, with patches. get_pull_request shows the same with include diff.",
    part: "diff",
  }),
  definePart({
    name: "get_pull_request_status",
    title: "Pull request's status",
    description:
      "Show the combined commit status of a pull request's head. get_pull_request shows the same with include status.",
    part: "status",
  }),
  definePart({
    name: "get_pull_request_comments",
    title: "Pull request's comments",
    description:
      "List the comments on lines of a pull request's diff. get_pull_request shows the same with include comments.",
    part: "comments",
  }),
  definePart({
    name: "get_pull_request_reviews",
    title: "Pull request's reviews",
    description:
      "List the reviews of a pull request. get_pull_request shows the same with include reviews.",
    part: "reviews",
  }),
];
