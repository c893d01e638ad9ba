import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { env } from "node:process";
import { afterAll } from "vitest";
import type { Surface } from "../../../packages/runtime/dist/index.js";
import { readBlocks } from "../../lib/documents/documents.ts";
import { listPackages, readText, root } from "../../lib/packages.ts";

/** A server of this repository: where it is and what it shows. */
export interface Served {
  readonly folder: string;
  readonly surface: Surface;
}

/** Every server of this repository. */
export const servers: readonly Served[] = listPackages("servers").map((folder) => {
  const surface: Surface = JSON.parse(readText(`${folder}/surface.json`) ?? "");
  return { folder, surface };
});

/** The server of this name. */
export function findServer(name: string): Served | undefined {
  return servers.find(({ surface }) => surface.name === name);
}

/** A folder for one test file, gone after its tests. */
export const workplace = mkdtempSync(join(tmpdir(), "fairlead-documents-"));
afterAll(() => rmSync(workplace, { recursive: true, force: true }));

/** Writes the blocks of a document that are files into a new folder, and gives that folder. */
export function writeFiles(path: string, parent: string = workplace): string {
  const folder = mkdtempSync(join(parent, "files-"));
  for (const { file, text } of readBlocks(path)) {
    if (file !== undefined) writeFileSync(join(folder, file), text);
  }
  symlinkSync(join(root, "generator/node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

const tokens = join(workplace, "tokens");
writeFileSync(tokens, `alice sha256:${"0".repeat(64)}\n`);
const document = { openapi: "3.1.0", info: { title: "Things", version: "1" }, paths: {} };
const paths = { "/things": { get: { responses: { 200: { description: "All things." } } } } };
writeFileSync(join(workplace, "openapi.yaml"), JSON.stringify({ ...document, paths }));

const started = new Map<string, Promise<string>>();

/** Starts a built server with these words as a client would, and says why it did not start or end well. */
export function start(served: Served, given: readonly string[]): Promise<string> {
  const words = given.map(toOwn);
  const key = [served.folder, ...words].join("\0");
  const outcome = started.get(key) ?? runServer(served, words);
  started.set(key, outcome);
  return outcome;
}

async function runServer({ folder, surface }: Served, words: readonly string[]): Promise<string> {
  const required = surface.options.filter(({ secret }) => secret === true);
  const variables = required.map((option) => [option.env, "postgres://localhost/none"]);
  const child = spawn(process.execPath, [join(root, folder, "dist/main.cjs"), ...words], {
    cwd: workplace,
    env: { PATH: env["PATH"], HOME: workplace, ...Object.fromEntries(variables) },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
    if (log.includes(" listening on ")) child.kill("SIGTERM");
  });
  if (!words.includes("--http")) child.stdin.end();
  const code = await new Promise((ended) => child.once("close", ended));
  return code === 0 ? "" : `exit code ${String(code)}: ${log}`;
}

/** What a placeholder stands for here. */
function toOwn(word: string): string {
  if (word === "/tokens") return tokens;
  if (word === "0.0.0.0:3000") return "127.0.0.1:0";
  return /^(?:\/path\/|\$PWD$|\.$)/.test(word) ? workplace : word;
}

const said = new Map<string, string>();

/** Runs a program of this repository once in the workplace; gives what it said, or throws it. */
export function run(script: string, ...words: readonly string[]): string {
  const key = [script, ...words].join("\0");
  const before = said.get(key);
  if (before !== undefined) return before;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve(root, script), ...words],
    {
      cwd: workplace,
      encoding: "utf8",
    },
  );
  if (status === 0) {
    said.set(key, stdout);
    return stdout;
  }
  throw new Error(`${script} ${words.join(" ")} exits with ${status}\n${stdout}\n${stderr}`);
}
