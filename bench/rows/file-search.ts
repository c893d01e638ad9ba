import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { costsAtMost } from "../checks.ts";
import { stdioSerialCalls } from "../contenders/stdio.ts";
import { columns } from "../contenders/work.ts";
import { legacy } from "../load/frames.ts";
import type { Check, Row, Series } from "../result.ts";
import { type Contender, interleave } from "../rounds.ts";
import { createFileTrees, type FileTree, marks } from "../subject/file-trees.ts";
import { timeEach } from "../time-each.ts";
import { subject } from "../variants.ts";
import { besideSearch } from "./file-search-beside.ts";

const run = promisify(execFile);
const ripgrep = "rg -j1";
const bin = join(import.meta.dirname, "../../servers/filesystem/dist/main.cjs");

/** What is asked of both, and how many times as long the server may take. */
interface Question {
  readonly title: string;
  readonly tool: string;
  readonly most: number;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly marker: string;
  /** Besides `-j1 --hidden` and the path. */
  readonly rg: readonly string[];
}

const contents = "search_file_contents";
// In two parts, since this file is one of those searched.
const missing = ["nowhere", "ToBeFound"].join("");
const questions: readonly Question[] = [
  {
    title: "literal",
    tool: contents,
    most: 2,
    arguments: { pattern: marks.literal },
    marker: marks.literal,
    rg: ["-nF", marks.literal],
  },
  {
    title: "regex with a literal",
    tool: contents,
    most: 2.5,
    arguments: { pattern: "call_\\d+_settled\\(", regex: true },
    marker: marks.settled,
    rg: ["-n", "call_\\d+_settled\\("],
  },
  {
    title: "regex of classes",
    tool: contents,
    most: 2.5,
    arguments: { pattern: "\\b[a-z]+[A-Z][a-z]+ = \\w+_[0-9]+_[a-z]+\\(", regex: true },
    marker: marks.settled,
    rg: ["-n", "\\b[a-z]+[A-Z][a-z]+ = \\w+_[0-9]+_[a-z]+\\("],
  },
  {
    title: "ignore case",
    tool: contents,
    most: 3,
    arguments: { pattern: marks.literal.toUpperCase(), ignoreCase: true },
    marker: marks.literal,
    rg: ["-niF", marks.literal.toUpperCase()],
  },
  {
    title: "nothing found",
    tool: contents,
    most: 2,
    arguments: { pattern: missing },
    marker: "No matches",
    rg: ["-nF", missing],
  },
  {
    title: "search_files",
    tool: "search_files",
    most: 3,
    arguments: { pattern: `**/*${missing}*` },
    marker: "No matches",
    rg: ["--files"],
  },
  {
    title: "directory_tree",
    tool: "directory_tree",
    most: 3,
    arguments: { maxEntries: 1_000_000, respectGitignore: true },
    marker: "entries",
    rg: ["--files"],
  },
];

export const fileSearch: Row = {
  name: "file-search",
  title: "Searching files: the filesystem server over stdio compared with ripgrep with one thread",
  async run({ rounds, milliseconds }) {
    const { top, trees } = createFileTrees();
    try {
      const series: Series[] = [];
      const checks: Check[] = [];
      for (const tree of trees) {
        for (const question of questions) {
          const measured = await besideRipgrep(tree, question, { rounds, milliseconds });
          series.push(measured);
          checks.push(costsAtMost(measured, ripgrep, question.most));
        }
        const beside = await besideSearch({ bin, ...tree, missing }, rounds);
        series.push(beside.series);
        checks.push(...beside.checks);
      }
      const { stdout } = await run("rg", ["--version"]);
      return {
        series,
        checks,
        notes: [
          `${stdout.split("\n")[0]}, a process a search, its output read; ours is a call to a server that is up.`,
          "Both leave out what ignore files name, but for search_files, which finds everything.",
        ],
      };
    } finally {
      rmSync(top, { recursive: true });
    }
  },
};

async function besideRipgrep(
  { title, path }: FileTree,
  question: Question,
  { rounds, milliseconds }: { readonly rounds: number; readonly milliseconds: number },
): Promise<Series> {
  const { tool, marker } = question;
  // The whole tree in one answer, so that both look at all of it.
  const launch = { args: [bin, path, "--max-output-chars", "0"] };
  const call = { tool, marker, arguments: { ...question.arguments, path } };
  return {
    title: `${question.title}, ${title}`,
    measure: "p50",
    better: "less",
    baseline: ripgrep,
    columns: [columns.p50, columns.calls],
    standings: await interleave(
      [
        toRipgrep([...question.rg, path], milliseconds),
        stdioSerialCalls({ name: subject, launch, era: legacy }, { call, milliseconds }),
      ],
      rounds,
    ),
  };
}

function toRipgrep(args: readonly string[], milliseconds: number): Contender {
  const once = async () => {
    // It exits with 1 where nothing is found.
    await run("rg", ["-j1", "--hidden", ...args], { maxBuffer: 1 << 26 }).catch((error) => {
      if (error.code !== 1) throw error;
    });
  };
  const measure = () => timeEach(once, milliseconds);
  return { name: ripgrep, open: async () => ({ measure, close: async () => undefined }) };
}
