import { z } from "zod";

// The parts of GitHub's answers that are used, by GitHub's names; everything else is dropped.

export const nothing = z.union([z.undefined(), z.literal(""), z.looseObject({})]);

export const account = z.object({ login: z.string() }).nullish();

export const repository = z.object({
  full_name: z.string(),
  private: z.boolean(),
  visibility: z.string().optional(),
  default_branch: z.string().nullish(),
  html_url: z.string(),
  description: z.string().nullish(),
  archived: z.boolean().optional(),
  permissions: z.object({ push: z.boolean().optional() }).optional(),
});
export type RepositoryAnswer = z.output<typeof repository>;

const label = z.union([z.string(), z.object({ name: z.string().nullish() })]);

/** What people write carries who they are to the repository. */
const authored = { user: account, author_association: z.string().nullish() };

export const issue = z.object({
  ...authored,
  number: z.int(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  state_reason: z.string().nullish(),
  html_url: z.string(),
  repository_url: z.string().optional(),
  labels: z.array(label).default([]),
  assignees: z.array(account).nullish(),
  milestone: z.object({ title: z.string() }).nullish(),
  comments: z.int().default(0),
  created_at: z.string(),
  updated_at: z.string(),
  pull_request: z.object({}).nullish(),
});
export type IssueAnswer = z.output<typeof issue>;

export const comment = z.object({
  ...authored,
  id: z.int(),
  body: z.string().nullish(),
  created_at: z.string(),
  html_url: z.string(),
});
export type CommentAnswer = z.output<typeof comment>;

const side = z.object({
  ref: z.string(),
  sha: z.string(),
  repo: z.object({ full_name: z.string() }).nullish(),
});

export const pull = z.object({
  ...authored,
  number: z.int(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  draft: z.boolean().optional(),
  merged: z.boolean().optional(),
  mergeable: z.boolean().nullish(),
  mergeable_state: z.string().optional(),
  html_url: z.string(),
  head: side,
  base: side,
  labels: z.array(label).default([]),
  changed_files: z.int().optional(),
  additions: z.int().optional(),
  deletions: z.int().optional(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type PullAnswer = z.output<typeof pull>;

export const changedFile = z.object({
  filename: z.string(),
  status: z.string(),
  additions: z.int(),
  deletions: z.int(),
  patch: z.string().optional(),
  previous_filename: z.string().optional(),
});
export type ChangedFileAnswer = z.output<typeof changedFile>;

export const review = z.object({
  ...authored,
  id: z.int(),
  state: z.string(),
  body: z.string().nullish(),
  submitted_at: z.string().nullish(),
  html_url: z.string(),
});
export type ReviewAnswer = z.output<typeof review>;

export const reviewComment = comment.extend({
  path: z.string(),
  line: z.int().nullish(),
  original_line: z.int().nullish(),
  in_reply_to_id: z.int().nullish(),
});
export type ReviewCommentAnswer = z.output<typeof reviewComment>;

const signature = z.object({ name: z.string().nullish(), date: z.string().nullish() }).nullish();

export const commit = z.object({
  sha: z.string(),
  html_url: z.string(),
  commit: z.object({ message: z.string(), author: signature }),
  author: account,
  parents: z.array(z.object({ sha: z.string() })).default([]),
  files: z.array(changedFile).optional(),
});
export type CommitAnswer = z.output<typeof commit>;

export const reference = z.object({ ref: z.string(), object: z.object({ sha: z.string() }) });

export const gitCommit = z.object({
  sha: z.string(),
  html_url: z.string().optional(),
  tree: z.object({ sha: z.string() }),
});

export const tree = z.object({
  sha: z.string(),
  truncated: z.boolean(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.string().optional(),
      type: z.string(),
      sha: z.string().nullish(),
      size: z.int().optional(),
    }),
  ),
});

export const blob = z.object({ sha: z.string(), content: z.string(), encoding: z.string() });

const entry = z.object({
  type: z.string(),
  name: z.string(),
  path: z.string(),
  sha: z.string(),
  size: z.int(),
  html_url: z.string().nullish(),
});

export const contents = z.union([
  z.array(entry),
  entry.extend({
    content: z.string().optional(),
    encoding: z.string().optional(),
    target: z.string().optional(),
  }),
]);

export const written = z.object({
  content: z.object({ sha: z.string(), html_url: z.string().nullish() }).nullish(),
  commit: z.object({ sha: z.string(), html_url: z.string().optional() }),
});

export const branch = z.object({
  name: z.string(),
  commit: z.object({ sha: z.string() }),
  protected: z.boolean().optional(),
});

export const named = z.object({ name: z.string() });

export function found<I extends z.ZodType>(item: I) {
  return z.object({
    total_count: z.int(),
    incomplete_results: z.boolean(),
    items: z.array(item),
  });
}
