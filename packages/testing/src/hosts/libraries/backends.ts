import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toGitEnvironment } from "../own-git.ts";

export interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What its answer is known to hold. */
  readonly holds: readonly string[];
  /** It needs what the calls before it did. */
  readonly follows?: boolean;
}

/** A server of this repository, what it is started with, and calls that show what it can answer. */
export interface Backend {
  readonly server: string;
  readonly args: readonly string[];
  readonly calls: readonly Call[];
}

export interface Backends {
  readonly all: readonly Backend[];
  close(): void;
}

const page = `<!doctype html>
<title>Harbour café</title>
<h1>Opening hours</h1>
<p>Monday to Friday from 9 to 17, “by appointment” on Saturday</p>
<button>Book a table</button>
`;

/** The seven servers, on files below a folder, a page on loopback, and their own demo data. */
export async function createBackends(folder: string): Promise<Backends> {
  const files = join(folder, "files");
  mkdirSync(files);
  writeFileSync(
    join(files, "README.md"),
    '# Café "Hafen"\n\nOpen from 9 to 17.\n\ttab, \\ and 漢字\n',
  );
  const repository = createRepository(join(folder, "repository"));
  const { url, close } = await servePage();
  const engine = { owner: "ada", repo: "engine" };
  return {
    close,
    all: [
      {
        server: "filesystem",
        args: [files],
        calls: [
          {
            tool: "read_text_file",
            args: { path: join(files, "README.md") },
            holds: ['# Café "Hafen"', "\ttab, \\ and 漢字"],
          },
          { tool: "list_directory_with_sizes", args: { path: files }, holds: ["README.md"] },
          { tool: "directory_tree", args: { path: files }, holds: ["README.md"] },
        ],
      },
      {
        server: "git",
        args: ["--repository", repository],
        calls: [
          { tool: "git_log", args: { repo_path: repository }, holds: ["Zoë", "Write notes"] },
          {
            tool: "git_read_file",
            args: { repo_path: repository, revision: "HEAD", path: "notes.txt" },
            holds: ["first line", "second line, “quoted”"],
          },
        ],
      },
      {
        server: "postgres",
        args: ["--demo"],
        calls: [
          {
            tool: "query",
            args: { sql: "select 7 as n, 'a \"b\" c' as quoted, array['é', '漢字'] as words" },
            holds: ["quoted", 'a "b" c', "漢字"],
          },
          {
            tool: "query",
            args: { sql: "select $1::text as given, $2::int as many", params: ["brass lamp", 7] },
            holds: ["given", "brass lamp"],
          },
          { tool: "list_schemas", args: {}, holds: ["public"] },
        ],
      },
      {
        server: "github",
        args: ["--demo"],
        calls: [
          { tool: "list_issues", args: engine, holds: ["table(0) is empty", "Cubes, please"] },
          {
            tool: "get_file_contents",
            args: { ...engine, path: "src/table.ts" },
            holds: ["export function square(n: number): number {", "  return n * n;"],
          },
        ],
      },
      {
        server: "slack",
        args: ["--demo"],
        calls: [
          {
            tool: "slack_list_channels",
            args: {},
            holds: ["launch", "Version 2, out on the first of the month"],
          },
          { tool: "slack_get_users", args: {}, holds: ["Ada Adler", "Lena Fischer"] },
        ],
      },
      {
        server: "gdrive",
        args: ["--demo"],
        calls: [
          { tool: "search", args: { query: "plan" }, holds: ["Project plan", "demo_plan"] },
          {
            tool: "read_file_content",
            args: { file_id: "demo_readme" },
            holds: ["# Welcome", "Ask when the shop opens: two files disagree."],
          },
        ],
      },
      {
        server: "puppeteer",
        args: ["--sandbox", "auto", "--allow-hosts", new URL(url).host],
        calls: [
          {
            tool: "puppeteer_navigate",
            args: { url, include_snapshot: true },
            holds: ["Harbour café", "Opening hours", "Book a table"],
          },
          {
            tool: "puppeteer_get_text",
            args: {},
            holds: ["Monday to Friday from 9 to 17, “by appointment” on Saturday"],
            follows: true,
          },
          {
            tool: "puppeteer_screenshot",
            args: { name: "page" },
            holds: ["page"],
            follows: true,
          },
        ],
      },
    ],
  };
}

/** How the built server of this name is started. */
export function toCommand({ server, args }: Backend): readonly string[] {
  const main = new URL(`../../../../../servers/${server}/dist/main.cjs`, import.meta.url);
  return [process.execPath, fileURLToPath(main), ...args, "--toolsets", "all", "--legacy"];
}

function createRepository(folder: string): string {
  mkdirSync(folder);
  const options = { cwd: folder, env: toGitEnvironment(), stdio: "ignore" } as const;
  const git = (...words: string[]) => execFileSync("git", words, options);
  git("init", "--initial-branch", "main");
  writeFileSync(join(folder, "notes.txt"), "first line\nsecond line, “quoted”\n");
  git("add", "notes.txt");
  const name = ["-c", "user.name=Zoë", "-c", "user.email=zoe@example.com"];
  git(...name, "commit", "--message", "Write notes\n\nAnd say “why” below.");
  return folder;
}

async function servePage() {
  const http = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8").end(page);
  });
  const port = await new Promise<number>((resolve, reject) => {
    http.listen(0, "127.0.0.1", () => {
      const address = http.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("The page has no port."));
    });
  });
  return { url: `http://127.0.0.1:${port}/`, close: () => void http.close() };
}
