import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompressSync } from "node:zlib";

const exec = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const corpus = join(root, "generator/test/corpus");

/** A package the generator has made, in a folder that goes with this process. */
export interface GeneratedPackage {
  readonly folder: string;
  readonly generateSeconds: number;
}

/** A document of the corpus. */
export function readDocument(document: string): Buffer {
  return brotliDecompressSync(readFileSync(join(corpus, `${document}.br`)));
}

/** Makes the package of a document of the corpus, with what it depends on linked, not installed. */
export async function generatePackage(
  document: string,
  content: string | Buffer = readDocument(document),
): Promise<GeneratedPackage> {
  const home = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  writeFileSync(join(home, document), content);
  const started = performance.now();
  const words = ["init", document, "-o", "package", "--name", "generated"];
  await runNode(home, join(root, "generator/dist/main.js"), ...words);
  const generateSeconds = (performance.now() - started) / 1000;
  const folder = join(home, "package");
  mkdirSync(join(folder, "node_modules"));
  const link = (from: string, name: string) =>
    symlinkSync(join(root, from, "node_modules", name), join(folder, "node_modules", name));
  for (const name of ["@fairlead", "zod"]) link("generator", name);
  for (const name of ["@types", "tsdown", "typescript", "vitest"]) link(".", name);
  return { folder, generateSeconds };
}

/** Seconds of a strict type-check, by the package's own config. */
export async function typeCheck(folder: string): Promise<number> {
  const started = performance.now();
  await runNode(folder, "node_modules/typescript/bin/tsc", "--noEmit");
  return (performance.now() - started) / 1000;
}

/** Builds a package and gives its bin. */
export async function buildPackage(folder: string): Promise<string> {
  await runNode(folder, "scripts/gen.ts");
  await runNode(folder, "node_modules/tsdown/dist/run.mjs", "--log-level", "error");
  return join(folder, "dist/main.cjs");
}

async function runNode(cwd: string, ...words: string[]): Promise<void> {
  await exec(process.execPath, words, { cwd, maxBuffer: 64 * 1024 * 1024 });
}
