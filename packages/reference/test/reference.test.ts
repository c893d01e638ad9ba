import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application, type DeclarationReflection, Logger, LogLevel, ReflectionKind } from "typedoc";
import { beforeAll, expect, test } from "vitest";

/** Where every function and class is for people who write or serve a server: each has an example. */
const exemplary = ["@fairlead/runtime", "@fairlead/runtime/main", "@fairlead/runtime/serve"];

let modules: readonly DeclarationReflection[] = [];
const warnings: string[] = [];

class Recorder extends Logger {
  override log(message: string, level: LogLevel): void {
    super.log(message, level);
    if (level >= LogLevel.Warn) warnings.push(message);
  }
}

beforeAll(async () => {
  const app = await Application.bootstrapWithPlugins({
    options: fileURLToPath(new URL("../typedoc.json", import.meta.url)),
  });
  app.logger = new Recorder();
  const project = await app.convert();
  if (!project) throw new Error("typedoc made nothing of the entries.");
  app.validate(project);
  modules = project.children ?? [];
}, 120_000);

test("every entry of these packages is rendered", () => {
  const entries = [
    "define",
    "guard",
    "openapi",
    "operate",
    "redis",
    "render",
    "runtime",
    "store",
    "upstream",
  ].flatMap((folder) => {
    const manifest = readFileSync(new URL(`../../${folder}/package.json`, import.meta.url), "utf8");
    const facts: { readonly exports: Readonly<Record<string, unknown>> } = JSON.parse(manifest);
    return Object.keys(facts.exports).map((name) => `@fairlead/${folder}${name.slice(1)}`);
  });
  expect(modules.map(toImport).sort()).toEqual(entries.sort());
});

test("every exported name has a docstring, and every link leads somewhere", () => {
  expect(warnings).toEqual([]);
});

test.for(exemplary)("every function and class of %s has an example", (name) => {
  const children = modules.find((module) => toImport(module) === name)?.children ?? [];
  const shown = children.filter(({ kind }) => {
    return kind === ReflectionKind.Function || kind === ReflectionKind.Class;
  });
  expect(shown.length).toBeGreaterThan(0);
  const silent = shown.filter(({ comment, signatures = [] }) => {
    const comments = [comment, ...signatures.map((signature) => signature.comment)];
    return !comments.some((one) => one?.blockTags.some(({ tag }) => tag === "@example"));
  });
  expect(silent.map((child) => child.name)).toEqual([]);
});

/** What an entry is imported by: TypeDoc calls it after its file. */
function toImport({ name }: DeclarationReflection): string {
  return `@fairlead/${name.replace(/\/src\b/, "")}`;
}
