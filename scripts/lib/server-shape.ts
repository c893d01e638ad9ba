import type { Violation } from "./violation.ts";

/** What the check reads of an option in surface.json. */
interface Option {
  readonly flag: string;
  readonly kind?: string;
  readonly many?: boolean;
  readonly positional?: boolean;
}

/**
 * Where a server differs from the others without need: a toolset without a test of its own, completion
 * outside its file, a `connect` that does the work of an `openX`, another name for an option that lists
 * directories, and a missing skill.
 */
export function checkServers(files: ReadonlyMap<string, string>): readonly Violation[] {
  const homes = new Set([...files.keys()].flatMap((path) => /^servers\/[^/]+\//.exec(path) ?? []));
  return [...homes].flatMap((home) => [
    ...checkToolsets(home, files),
    ...checkCompletion(home, files),
    ...checkConnect(`${home}src/index.ts`, files),
    ...checkOptions(`${home}surface.json`, files),
    ...checkSkill(home, files),
  ]);
}

function checkToolsets(home: string, files: ReadonlyMap<string, string>): readonly Violation[] {
  return [...files].flatMap(([path, text]) => {
    if (!path.startsWith(`${home}src/tools/`) || path.endsWith(".test.ts")) return [];
    const test = path.replace(/\.ts$/, ".test.ts");
    if (!text.includes("= defineToolset(") || files.has(test)) return [];
    return [found(test, "is missing: a toolset has a test file of its own.")];
  });
}

function checkCompletion(home: string, files: ReadonlyMap<string, string>): readonly Violation[] {
  const completes = ["prompts", "resources"].some((name) =>
    /^ {2}complete\b/m.test(files.get(`${home}src/${name}.ts`) ?? ""),
  );
  const path = `${home}src/completion.ts`;
  return completes && !files.has(path)
    ? [found(path, "is missing: what completes arguments of prompts and resources is there.")]
    : [];
}

function checkConnect(path: string, files: ReadonlyMap<string, string>): readonly Violation[] {
  const text = files.get(path) ?? "";
  const connects = /^ {2}(?:async )?connect\b/m.test(text);
  return connects && !/\bopen[A-Z]\w*\(options\b/.test(text)
    ? [found(path, "has a connect that does not call an openX(options, …).")]
    : [];
}

function checkOptions(path: string, files: ReadonlyMap<string, string>): readonly Violation[] {
  const { options = [] }: { readonly options?: readonly Option[] } = JSON.parse(
    files.get(path) ?? "{}",
  );
  return options
    .filter(({ kind, many, positional }) => kind === "directory" && many && !positional)
    .filter(({ flag }) => !flag.endsWith("-dirs"))
    .map(({ flag }) => found(path, `has ${flag}: a list of directories is named --…-dirs.`));
}

function checkSkill(home: string, files: ReadonlyMap<string, string>): readonly Violation[] {
  const path = `${home}skills/use-${home.split("/")[1]}/SKILL.md`;
  return files.has(path) ? [] : [found(path, "is missing: it teaches a model to use the tools.")];
}

function found(path: string, message: string): Violation {
  return { path, line: 1, rule: "servers", message };
}
