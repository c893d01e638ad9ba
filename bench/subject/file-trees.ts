import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRandom, type Random } from "./random.ts";

/** A tree of files to search, in which the words of `marks` stand now and then. */
export interface FileTree {
  readonly title: string;
  readonly path: string;
}

/** Words that stand in few lines of each tree, so that one page holds them all. */
export const marks = {
  literal: "quirkySentinel",
  /** In a line as `call_<digits>_settled(`. */
  settled: "_settled(",
} as const;

const root = join(import.meta.dirname, "../..");
const seed = 20_261_130;

/** Writes the three trees below a new folder of the system's temporary one. */
export function createFileTrees(): { readonly top: string; readonly trees: readonly FileTree[] } {
  const top = mkdtempSync(join(tmpdir(), "fairlead-bench-files-"));
  const trees = [
    { title: "own sources", path: join(top, "sources"), write: writeSources },
    { title: "100 MB", path: join(top, "large"), write: writeLarge },
    { title: "50,000 files", path: join(top, "ignoring"), write: writeIgnoring },
  ].map(({ title, path, write }) => {
    // Ignore files count in a repository only, for both contenders.
    mkdirSync(join(path, ".git"), { recursive: true });
    write(path);
    return { title, path };
  });
  return { top, trees };
}

/** The files of this repository as they stand, and one with the marks. */
function writeSources(path: string): void {
  const listed = execFileSync("git", ["ls-files", "-z"], { cwd: root, maxBuffer: 1 << 26 });
  for (const name of listed.toString().split("\0")) {
    if (name !== "") cpSync(join(root, name), join(path, name));
  }
  writeFileSync(join(path, "marked.txt"), toMarked(17));
}

/** Some 100 MB in 3,000 files of very different sizes. */
function writeLarge(path: string): void {
  const random = createRandom(seed);
  const write = createWriter(random);
  for (let at = 0; at < 3000; at++) {
    const size = 2 ** (8 + random.below(10)) * (0.8 + random.next());
    const folder = `part-${at % 12}/folder-${at % 90}`;
    write(join(path, folder, `${toName(random, 1)}-${at}.ts`), size, { marked: at % 100 === 50 });
  }
}

/** 50,000 small files in 1,250 folders, each with an ignore file; one in five is ignored. */
function writeIgnoring(path: string): void {
  const random = createRandom(seed + 1);
  const write = createWriter(random);
  for (let folder = 0; folder < 1250; folder++) {
    const below = join(path, `group-${folder % 25}`, `kind-${folder % 5}`, `package-${folder}`);
    const rules = ["*.log", "/build/", `/cache-${folder}`, "*.tmp.*", "!kept.log", "docs/**/*.out"];
    mkdirSync(below, { recursive: true });
    writeFileSync(join(below, ".gitignore"), `# What is made here\n${rules.join("\n")}\n`);
    for (let at = 0; at < 39; at++) {
      const inside = at < 4 ? "build" : at < 20 ? "src" : ".";
      const ending = at % 10 === 9 ? "log" : "ts";
      const name = `${toName(random, at)}-${at}.${ending}`;
      const marked = folder % 50 === 0 && at === 30;
      write(join(below, inside, name), 200 + random.below(1600), { marked });
    }
  }
}

/** Writes files of text that looks like code, with the marks in those that get them. */
function createWriter(random: Random) {
  const words = Array.from({ length: 3000 }, (_, at) => toName(random, at));
  const lines = Array.from({ length: 4000 }, () => toLine(random, words));
  const made = new Set<string>();
  return (path: string, size: number, { marked }: { readonly marked: boolean }) => {
    const folder = dirname(path);
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    const text: string[] = [];
    let length = 0;
    while (length < size) {
      const line = lines[random.below(lines.length)] ?? "";
      text.push(line);
      length += line.length;
    }
    if (marked) text.splice(text.length >> 1, 0, toMarked(random.below(900)));
    writeFileSync(path, text.join(""));
  };
}

/** The line with the marks, which every question of the row finds. */
function toMarked(call: number): string {
  return `  const ${marks.literal} = call_${call}${marks.settled});\n`;
}

function toLine(random: Random, words: readonly string[]): string {
  const word = () => words[Math.floor(random.next() ** 3 * words.length)] ?? "";
  const indent = " ".repeat(2 * random.below(5));
  switch (random.below(6)) {
    case 0:
      return "\n";
    case 1:
      return `${indent}const ${word()} = ${word()}.${word()}(${word()}, ${random.below(500)});\n`;
    case 2:
      return `${indent}// The ${word()} of ${word()} is ${word()} until ${word()} ends, see ${word()}.\n`;
    case 3:
      return `${indent}if (${word()} === "${word()}") return await ${word()}_${word()}(${word()});\n`;
    case 4:
      return `${indent}export function ${word()}(${word()}: string, ${word()}: number) {\n`;
    default:
      return `${indent}}\n`;
  }
}

function toName(random: Random, at: number): string {
  const syllables = [
    "ba",
    "cor",
    "del",
    "fin",
    "gra",
    "hol",
    "im",
    "kes",
    "lum",
    "nor",
    "pre",
    "ta",
  ];
  const parts = Array.from({ length: 2 + (at % 3) }, () => syllables[random.below(12)] ?? "");
  return parts.join("");
}
