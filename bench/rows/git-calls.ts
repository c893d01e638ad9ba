import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { costsAtMost } from "../checks.ts";
import { stdioSerialCalls } from "../contenders/stdio.ts";
import { columns } from "../contenders/work.ts";
import { type Call, legacy } from "../load/frames.ts";
import type { Launch } from "../load/server-process.ts";
import { type Check, median, type Row, type Series, valuesOf } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { timeEach } from "../time-each.ts";
import { subject } from "../variants.ts";

const run = promisify(execFile);
const bareGit = "git";
const mayAdd = 20;
const bin = join(import.meta.dirname, "../../servers/git/dist/main.cjs");

/** What the server sets for every command, as far as it changes how long git takes. */
const hardened = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
  LC_ALL: "C.UTF-8",
};
const overrides = [
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "color.ui=false",
];

const format = "--format=%H%x00%an%x00%ae%x00%aI%x00%P%x00%B";
const plain = ["--no-ext-diff", "--no-textconv"];
const wideFiles = 5_000;

interface Pair {
  readonly title: string;
  /** How many times git's own time a call may take; so many milliseconds more where there is none. */
  readonly factor?: number;
  readonly args: readonly string[];
  readonly call: Call;
}

const pairs: readonly Pair[] = [
  {
    title: "git_status",
    args: ["status", "--porcelain=v2", "--branch", "-z"],
    call: { tool: "git_status", arguments: {}, marker: "On branch main" },
  },
  {
    title: "git_log",
    args: ["log", "-z", "--max-count=10", format],
    call: { tool: "git_log", arguments: {}, marker: "commit 2000" },
  },
  {
    title: "git_log of 100",
    factor: 1.5,
    args: ["log", "-z", "--max-count=100", format],
    call: { tool: "git_log", arguments: { max_count: 100 }, marker: "commit 1901" },
  },
  {
    title: "git_show",
    factor: 1.3,
    args: ["show", ...plain, format, "HEAD"],
    call: { tool: "git_show", arguments: { revision: "HEAD" }, marker: "commit 2000" },
  },
  {
    title: "git_diff",
    args: ["diff", ...plain, "HEAD~5..HEAD"],
    call: {
      tool: "git_diff",
      arguments: { target: "HEAD~5..HEAD" },
      marker: "5 of 5 changed files",
    },
  },
  {
    title: "git_diff of 5,000 files",
    factor: 1,
    args: ["diff", ...plain, "wide~1..wide"],
    call: {
      tool: "git_diff",
      arguments: { target: "wide~1..wide" },
      marker: `of ${wideFiles} changed files`,
    },
  },
];

export const gitCalls: Row = {
  name: "git-calls",
  title: "The git server compared with the bare git command, one call after another over stdio",
  async run({ rounds, milliseconds }) {
    const repo = createRepository();
    try {
      const launch: Launch = { args: [bin, repo] };
      const series: Series[] = [];
      const server = { name: subject, launch, era: legacy };
      for (const { title, args, call } of pairs) {
        const given = { ...call, arguments: { repo_path: repo, ...call.arguments } };
        series.push({
          title,
          measure: "p50",
          better: "less",
          baseline: bareGit,
          columns: [columns.p50, columns.calls],
          standings: await interleave(
            [
              toBare(repo, args, milliseconds),
              stdioSerialCalls(server, { call: given, milliseconds }),
            ],
            rounds,
          ),
        });
      }
      return {
        series,
        checks: series.map((each, at) => {
          const factor = pairs[at]?.factor;
          return factor === undefined ? addsLittle(each) : costsAtMost(each, bareGit, factor);
        }),
        notes: [
          "A history of 2,000 commits in 200 files, 20 of them changed; 5,000 files on a branch of their own.",
        ],
      };
    } finally {
      rmSync(repo, { recursive: true });
    }
  },
};

/** Passes when a call takes no longer than the command and so many milliseconds. */
function addsLittle(series: Series): Check {
  const bare = valuesOf(series, bareGit, "p50");
  const added = median(
    valuesOf(series, subject, "p50").map((value, at) => value - (bare[at] ?? 0)),
  );
  return {
    what: series.title,
    must: `<= git + ${mayAdd} ms`,
    measured: Number.isNaN(added) ? "not measured" : `+${added.toFixed(1)} ms`,
    passes: added <= mayAdd,
  };
}

function toBare(repo: string, args: readonly string[], milliseconds: number): Contender {
  const options = { cwd: repo, env: { ...process.env, ...hardened }, maxBuffer: 64 * 1024 * 1024 };
  const once = async () => {
    await run("git", [...overrides, ...args], options);
  };
  const measure = () => timeEach(once, milliseconds);
  return { name: bareGit, open: async () => ({ measure, close: async () => undefined }) };
}

/** A repository with a past and with changes, as one that is worked on has them. */
function createRepository(): string {
  const repo = mkdtempSync(join(tmpdir(), "fairlead-bench-git-"));
  const git = (args: readonly string[], input = "") =>
    execFileSync("git", args, { cwd: repo, input, env: { ...process.env, ...hardened } });
  git(["init", "-q", "-b", "main"]);
  const commits = Array.from({ length: 2000 }, (_, i) => {
    const at = i + 1;
    const text = Array.from({ length: 40 }, (_unused, line) => `line ${line} of ${at}\n`).join("");
    const message = `commit ${at}`;
    return [
      "commit refs/heads/main",
      `committer Ann <ann@example.org> ${1_700_000_000 + at * 60} +0000`,
      `data ${message.length}\n${message}`,
      `M 100644 inline src/file-${at % 200}.txt`,
      `data ${text.length}\n${text}\n`,
    ].join("\n");
  });
  git(["fast-import", "--quiet"], [...commits, ...["one", "two"].map(toWideCommit)].join(""));
  git(["reset", "-q", "--hard"]);
  for (let at = 0; at < 20; at += 1) writeFileSync(join(repo, `src/file-${at}.txt`), "changed\n");
  return repo;
}

/** A commit in which every one of many files has this word. */
function toWideCommit(word: string): string {
  const text = `${"the same\n".repeat(20)}${word}\n`;
  const files = Array.from(
    { length: wideFiles },
    (_, at) => `M 100644 inline wide/${at % 50}/file-${at}.txt\ndata ${text.length}\n${text}\n`,
  );
  const head = "commit refs/heads/wide\ncommitter Ann <ann@example.org> 1800000000 +0000";
  return `${head}\ndata ${word.length}\n${word}\n${files.join("")}`;
}
