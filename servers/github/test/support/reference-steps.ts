import type { FakeGitHub } from "@fairlead/testing/github";
import { expect } from "vitest";
import { myToken, pick } from "./world.ts";

interface Answer {
  readonly isError: boolean;
  readonly text: string;
}

type Arguments = Readonly<Record<string, unknown>>;

interface Step {
  readonly tool: string;
  readonly what: string;
  args(fake: FakeGitHub): Arguments | Promise<Arguments>;
  /** What ours asks for besides. */
  more?(fake: FakeGitHub): Arguments | Promise<Arguments>;
  /** What their answer says that ours has to say too. */
  facts(answer: unknown): readonly unknown[];
  /** Where the answers differ on purpose: holds each to its own. */
  differs?(their: Answer, our: Answer): void;
}

const hello = { owner: "octocat", repo: "hello" };
const pull = { ...hello, pull_number: 2 };

function all(list: unknown, ...keys: readonly string[]): string[] {
  return Array.isArray(list) ? list.map((item) => pick(item, ...keys)) : [];
}

const items = (answer: unknown): unknown => Reflect.get(Object(answer), "items");

async function head(fake: FakeGitHub): Promise<string> {
  return pick(await fake.as(myToken, "GET", "/repos/octocat/hello/pulls/2"), "head", "sha");
}

/** Every tool of the reference, in an order in which each finds what it needs. */
export const steps: readonly Step[] = [
  {
    tool: "search_repositories",
    what: "finds",
    args: () => ({ query: "hello", page: 1, perPage: 5 }),
    facts: (answer) => all(items(answer), "full_name"),
  },
  {
    tool: "get_file_contents",
    what: "a file",
    args: () => ({ ...hello, path: "README.md", branch: "main" }),
    facts: (answer) => [pick(answer, "content").trim()],
  },
  {
    tool: "get_file_contents",
    what: "a directory",
    args: () => ({ ...hello, path: "" }),
    facts: (answer) => all(answer, "name"),
  },
  {
    tool: "create_branch",
    what: "from the default one",
    args: () => ({ ...hello, branch: "work" }),
    facts: (answer) => [
      pick(answer, "ref"),
      pick(answer, "object", "sha").length === 40 ? "sha" : "",
    ],
  },
  {
    tool: "create_or_update_file",
    what: "creates",
    args: () => ({ ...hello, path: "new.txt", content: "new\n", message: "Add", branch: "work" }),
    facts: (answer) => [pick(answer, "content", "sha")],
  },
  {
    tool: "create_or_update_file",
    what: "replaces with sha",
    args: async (fake) => {
      const file = await fake.as(myToken, "GET", "/repos/octocat/hello/contents/README.md");
      const sha = pick(file, "sha");
      return { ...hello, path: "README.md", content: "# New\n", message: "m", branch: "main", sha };
    },
    facts: (answer) => [pick(answer, "content", "sha")],
  },
  {
    tool: "create_or_update_file",
    what: "replaces blindly: theirs does, ours asks for the sha that was read",
    args: () => ({ ...hello, path: "README.md", content: "# New\n", message: "m", branch: "main" }),
    facts: () => [],
    differs(their, our) {
      expect(their.isError).toBe(false);
      expect([our.isError, our.text]).toEqual([true, expect.stringContaining("pass that sha")]);
    },
  },
  {
    tool: "push_files",
    what: "several at once",
    args: () => ({
      ...hello,
      branch: "work",
      message: "Push",
      files: [
        { path: "one/two.txt", content: "two\n" },
        { path: "three.txt", content: "3" },
      ],
    }),
    facts: (answer) => [pick(answer, "ref")],
  },
  {
    tool: "list_commits",
    what: "of a branch",
    args: () => ({ ...hello, sha: "work", page: 1, perPage: 2 }),
    facts: (answer) => all(answer, "commit", "message"),
  },
  {
    tool: "create_issue",
    what: "with body",
    args: () => ({ ...hello, title: "Broken", body: "It is." }),
    facts: (answer) => [pick(answer, "number"), pick(answer, "state")],
  },
  {
    tool: "get_issue",
    what: "that was made",
    args: () => ({ ...hello, issue_number: 1 }),
    facts: (answer) => [pick(answer, "title"), pick(answer, "body"), pick(answer, "user", "login")],
  },
  {
    tool: "add_issue_comment",
    what: "to it",
    args: () => ({ ...hello, issue_number: 1, body: "Me too" }),
    facts: (answer) => [pick(answer, "id")],
  },
  {
    tool: "update_issue",
    what: "closes it",
    args: () => ({ ...hello, issue_number: 1, title: "Mended", state: "closed" }),
    facts: (answer) => [pick(answer, "number"), pick(answer, "state")],
  },
  {
    tool: "list_issues",
    what: "of all states",
    args: () => ({ ...hello, state: "all", sort: "created", direction: "asc", per_page: 10 }),
    facts: (answer) => [...all(answer, "title"), ...all(answer, "state")],
  },
  {
    tool: "search_issues",
    what: "finds",
    args: () => ({ q: "Mended repo:octocat/hello", sort: "created", order: "desc" }),
    facts: (answer) => all(items(answer), "title"),
  },
  {
    tool: "search_code",
    what: "finds",
    args: () => ({ q: "New repo:octocat/hello" }),
    facts: (answer) => all(items(answer), "path"),
  },
  {
    tool: "search_users",
    what: "finds",
    args: () => ({ q: "eve" }),
    facts: (answer) => all(items(answer), "login"),
  },
  {
    tool: "create_pull_request",
    what: "of the branch",
    args: () => ({ ...hello, title: "Work", body: "Done.", head: "work", base: "main" }),
    facts: (answer) => [pick(answer, "number"), pick(answer, "state")],
  },
  {
    tool: "get_pull_request",
    what: "that was made",
    args: () => pull,
    facts: (answer) => [pick(answer, "title"), pick(answer, "body"), pick(answer, "head", "ref")],
  },
  {
    tool: "list_pull_requests",
    what: "that are open",
    args: () => ({ ...hello, state: "open" }),
    facts: (answer) => all(answer, "title"),
  },
  {
    tool: "get_pull_request_files",
    what: "of it",
    args: () => pull,
    facts: (answer) => [...all(answer, "filename"), ...all(answer, "status")],
  },
  {
    tool: "get_pull_request_status",
    what: "of its head",
    args: () => pull,
    facts: (answer) => [pick(answer, "state")],
  },
  {
    tool: "create_pull_request_review",
    what: "comments",
    args: () => ({
      ...pull,
      body: "Nice",
      event: "COMMENT",
      comments: [{ path: "new.txt", position: 1, body: "Why?" }],
    }),
    facts: (answer) => [pick(answer, "id"), pick(answer, "state")],
  },
  {
    tool: "get_pull_request_comments",
    what: "of it",
    args: () => pull,
    facts: (answer) => [...all(answer, "body"), ...all(answer, "path")],
  },
  {
    tool: "get_pull_request_reviews",
    what: "of it",
    args: () => pull,
    facts: (answer) => [...all(answer, "body"), ...all(answer, "state")],
  },
  {
    tool: "update_pull_request_branch",
    what: "brings main in",
    args: () => pull,
    facts: () => ["updating"],
  },
  {
    tool: "merge_pull_request",
    what: "merges: ours takes the head that was reviewed, and a yes",
    args: () => ({ ...pull, merge_method: "merge" }),
    more: async (fake) => ({ sha: await head(fake), confirm: true }),
    facts: () => ["merged: true"],
  },
  {
    tool: "create_repository",
    what: "with a README: theirs forgets it, as it sends autoInit to an API that knows auto_init",
    args: () => ({ name: "fresh", description: "d", private: true, autoInit: true }),
    facts: (answer) => [pick(answer, "full_name")],
  },
  {
    tool: "fork_repository",
    what: "of another's",
    args: () => ({ owner: "eve", repo: "library" }),
    facts: (answer) => [pick(answer, "full_name")],
  },
];
