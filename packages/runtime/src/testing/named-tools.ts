import { existsSync, readdirSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import type { Surface } from "@fairlead/define";
import { isRecord } from "@fairlead/guard/record";

/** Verbs that names of tools begin with, besides those the server's own names have. */
const verbs = [
  "create",
  "delete",
  "find",
  "get",
  "list",
  "read",
  "search",
  "set",
  "update",
  "write",
];

/** A literal on one line: a text of several is SQL, HTML or a program. */
const literals = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`/g;

/** What looks like a tool's name, but for the whole of a code such as `get_x()` or `a.get_x`. */
const names = /(?<![\w$./-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w(/-]|\.\w)/g;

/**
 * The tools that sentences in a source name and that the lists of the server do not have: those that
 * do not exist, old names, and tools that are listed on demand only. Names that are arguments, fields
 * or values of the tools are not taken for tools.
 */
export function findUnlisted(source: string, surface: Surface): readonly string[] {
  const tools = surface.toolsets.flatMap((toolset) => toolset.tools);
  const listed = new Set(
    tools.flatMap(({ wire, listed }) => (listed === false ? [] : [wire.name])),
  );
  const known = new Set(tools.flatMap(({ wire, aliases = [] }) => [wire.name, ...aliases]));
  const words = toWords([
    tools.map(({ wire }) => [wire.inputSchema, wire.outputSchema]),
    surface.prompts,
  ]);
  const starts = new Set([...verbs, ...[...listed].map((name) => name.split("_")[0])]);
  const sentences = (source.match(literals) ?? []).filter((text) => /\w [\w"'`(-]/.test(text));
  const named = sentences.flatMap((text) => text.match(names) ?? []);
  return [...new Set(named)].filter(
    (name) =>
      !listed.has(name) &&
      (known.has(name) || (starts.has(name.split("_")[0]) && !words.has(name))),
  );
}

/**
 * What `findUnlisted` finds in the sources of a server, with the file it stands in: hints, errors,
 * prompts and descriptions lead a model to tools, and each must be there.
 */
export function listUnlisted(
  folder: URL,
  surface: Surface,
): readonly { readonly path: string; readonly name: string }[] {
  const all = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) =>
        path.replaceAll(sep, "/"),
      )
    : [];
  return all
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .flatMap((path) => {
      const source = readFileSync(new URL(path, folder), "utf8");
      return findUnlisted(source, surface).map((name) => ({ path, name }));
    });
}

/** The whole of a code span, where it is one name: that of a tool, an argument, a value. */
const spans = /(?<!`)`([A-Za-z]\w*)`(?!`)/g;

/**
 * The names in code spans of a skill that the lists of the server do not have, as a tool, an argument, a
 * field, a value or a toolset.
 */
export function findUnknown(skill: string, { toolsets }: Surface): readonly string[] {
  const tools = toolsets.flatMap((toolset) => toolset.tools);
  const known = toWords([
    // The guard adds it to tools that destroy.
    "confirm",
    toolsets.map(({ name }) => name),
    tools.map(({ wire, listed }) => [
      listed === false ? [] : wire.name,
      ...[wire.inputSchema, wire.outputSchema],
    ]),
  ]);
  const named = [...skill.matchAll(spans)].flatMap(([, name]) => name ?? []);
  return [...new Set(named)].filter((name) => !known.has(name));
}

/** Every key and text in a value. */
function toWords(value: unknown): ReadonlySet<string> {
  const words = new Set<string>();
  const open = [value];
  while (open.length > 0) {
    const at = open.pop();
    if (typeof at === "string") words.add(at);
    else if (Array.isArray(at)) open.push(...at);
    else if (isRecord(at)) open.push(...Object.keys(at), ...Object.values(at));
  }
  return words;
}
