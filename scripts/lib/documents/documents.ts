import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { readText, root } from "../packages.ts";

/** A fenced block, or a span of code in a line of prose. */
export interface Sample {
  readonly path: string;
  readonly line: number;
  /** What stands behind the fence; empty without a word there, and for a span. */
  readonly language: string;
  readonly text: string;
  /** The file that a block is, named behind its language. */
  readonly file?: string | undefined;
  /** The marked part of the document it stands in, which is rendered. */
  readonly part?: string | undefined;
}

/** Release notes, notes from the tests of others, and findings, which show what was tried once. */
const elsewhere = /^(?:\.changeset|\.github|findings|generator\/test)\/|(?:^|\/)CHANGELOG\.md$/;

/** The documents of this repository, as paths from the root. */
export function listDocuments(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"];
  const files = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\n");
  return files.filter((path) => path !== "" && !elsewhere.test(path));
}

/** The sources whose JSDoc becomes the API reference, as paths from the root. */
export function listDocumented(): string[] {
  const folders = "{define,guard,openapi,operate,redis,render,runtime,store,upstream}";
  const files = globSync(`packages/${folders}/src/**/*.ts`, { cwd: root });
  return files
    .filter((path) => !path.endsWith(".test.ts"))
    .map((path) => path.replaceAll("\\", "/"));
}

/** The fenced blocks of a document, or of the JSDoc in a source, in order. */
export function readBlocks(path: string): Sample[] {
  return read(path).blocks;
}

/** The spans of code in a document's prose, in order. */
export function readSpans(path: string): Sample[] {
  return read(path).prose.flatMap(({ line, text }) => {
    const spans = text.matchAll(/(`+)([^`]+)\1/g);
    return [...spans].map(([, , span = ""]) => ({ path, line, language: "", text: span.trim() }));
  });
}

function read(path: string) {
  const blocks: Sample[] = [];
  const prose: { readonly line: number; readonly text: string }[] = [];
  let open:
    | { fence: string; language: string; file: string | undefined; line: number; lines: string[] }
    | undefined;
  let part: string | undefined;
  const lines = (readText(path) ?? "").split("\n");
  const shown = path.endsWith(".ts") ? lines.map(toJsDoc) : lines;
  for (const [index, text] of shown.entries()) {
    const [, fence = "", language = "", file] = /^ *(`{3,})\s*(\S*)(?: (\S+))?/.exec(text) ?? [];
    if (open === undefined) {
      const [, end = "", name] = /^<!-- (\/?)fairlead:([\w-]+) -->$/.exec(text) ?? [];
      if (name !== undefined) part = end === "" ? name : undefined;
      if (fence === "") prose.push({ line: index + 1, text });
      else open = { fence, language, file, line: index + 1, lines: [] };
    } else if (fence.length >= open.fence.length && language === "") {
      blocks.push({ path, ...open, part, text: open.lines.join("\n") });
      open = undefined;
    } else open.lines.push(text);
  }
  if (open) throw new Error(`${path}:${open.line}: a block that does not end`);
  return { blocks, prose };
}

/** What a line says in a JSDoc comment; nothing for a line of code. */
function toJsDoc(line: string): string {
  return /^ *\* ?(.*)$/.exec(line)?.[1] ?? "";
}
