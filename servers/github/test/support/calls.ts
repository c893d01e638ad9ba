import type { World } from "./world.ts";

type Arguments = Readonly<Record<string, unknown>>;

const hello = { owner: "octocat", repo: "hello" };
const change = { ...hello, branch: "main", message: "Change it" };
const pull = { ...hello, pull_number: 1 };

/** Arguments with which each tool does its work on a fresh world, and a word of the answer. */
export const calls: Readonly<Record<string, readonly [(world: World) => Arguments, string]>> = {
  search_repositories: [() => ({ query: "hello" }), "octocat/hello"],
  get_file_contents: [() => ({ ...hello, path: "src/app.ts" }), 'greeting = "hello"'],
  get_repository_tree: [() => hello, "src/app.ts"],
  list_branches: [() => hello, "feature/one"],
  list_commits: [() => ({ ...hello, perPage: 5 }), "Add src/app.ts"],
  get_commit: [({ headSha }) => ({ ...hello, sha: headSha }), "Add src/new.ts"],
  search_code: [() => ({ q: "greeting repo:octocat/hello" }), "src/app.ts"],
  create_or_update_file: [
    () => ({ ...change, path: "ü/new.txt", content: "new 👋\n" }),
    "commit_sha",
  ],
  edit_file_contents: [
    ({ readmeSha }) => ({
      ...change,
      path: "README.md",
      edits: [{ old_text: "hello", new_text: "hello there" }],
      expected_blob_sha: readmeSha,
    }),
    "commit_sha",
  ],
  push_files: [
    () => ({
      ...change,
      files: [
        { path: "a.txt", content: "a\n" },
        { path: "b/c.bin", content: "AAEC", encoding: "base64" },
      ],
    }),
    "parent_sha",
  ],
  create_branch: [() => ({ ...hello, branch: "feature/two" }), "refs/heads/feature/two"],
  create_repository: [() => ({ name: "fresh", autoInit: true }), "octocat/fresh"],
  fork_repository: [() => ({ owner: "eve", repo: "library" }), "octocat/library"],
  delete_file: [() => ({ ...change, path: "src/app.ts" }), "commit_sha"],
  get_issue: [
    () => ({ ...hello, issue_number: 2, include: ["comments", "sub_issues", "timeline"] }),
    "I see it too. 👨‍👩‍👧",
  ],
  list_issues: [() => hello, "It breaks"],
  search_issues: [() => ({ q: "breaks repo:octocat/hello" }), "octocat/hello\t2"],
  create_issue: [() => ({ ...hello, title: "New 日本", body: "text" }), "number: 4"],
  update_issue: [
    () => ({ ...hello, issue_number: 2, state: "closed", state_reason: "completed" }),
    "closed",
  ],
  add_issue_comment: [() => ({ ...hello, issue_number: 2, body: "Thanks" }), "url: "],
  issue_read: [() => ({ ...hello, method: "get_comments", issue_number: 2 }), "I see it too."],
  update_pull_request: [
    () => ({ ...hello, pullNumber: 1, title: "Add it", state: "open" }),
    "head_sha",
  ],
  issue_write: [() => ({ ...hello, method: "create", title: "New" }), "number: 4"],
  get_pull_request: [
    () => ({ ...pull, include: ["diff", "status", "checks", "reviews", "comments"] }),
    "+export const added = true;",
  ],
  list_pull_requests: [() => hello, "feature/one\tmain"],
  create_pull_request: [
    () => ({ ...hello, title: "Back", head: "main", base: "feature/one" }),
    "number: 4",
  ],
  create_pull_request_review: [
    () => ({
      ...pull,
      body: "Fine.",
      event: "COMMENT",
      comments: [{ path: "src/new.ts", position: 1, body: "Why?" }],
    }),
    "url: ",
  ],
  merge_pull_request: [({ headSha }) => ({ ...pull, sha: headSha, confirm: true }), "merged: true"],
  update_pull_request_branch: [() => pull, "updating"],
  get_pull_request_files: [() => pull, "added src/new.ts"],
  get_pull_request_status: [() => pull, "success"],
  get_pull_request_comments: [() => pull, "None."],
  get_pull_request_reviews: [() => pull, "None."],
  pull_request_read: [() => ({ ...hello, method: "get_files", pullNumber: 1 }), "src/new.ts"],
  pull_request_review_write: [
    () => ({ ...hello, method: "create", pullNumber: 1, event: "COMMENT", body: "Fine." }),
    "url: ",
  ],
  get_me: [() => ({}), "login: octocat"],
  search_users: [() => ({ q: "eve" }), "eve"],
  list_workflow_runs: [() => hello, "501\tfailure\tCI"],
  get_job_logs: [() => ({ ...hello, run_id: 501, tail_lines: 3 }), "test line 400"],
  rerun_workflow_run: [() => ({ ...hello, run_id: 501, failed_only: true }), "success"],
  cancel_workflow_run: [() => ({ ...hello, run_id: 501 }), "success"],
  dispatch_workflow: [() => ({ ...hello, workflow_id: "ci.yml", ref: "main" }), "success"],
  list_releases: [() => hello, "v1.0.0"],
  get_release: [() => ({ ...hello, tag: "v1.0.0" }), "First."],
};
