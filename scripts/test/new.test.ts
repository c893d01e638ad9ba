import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { env, platform } from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { check } from "../check.ts";
import { root } from "../lib/packages.ts";
import { toServerFiles } from "../lib/server-files.ts";
import { checkServers } from "../lib/server-shape.ts";

/** Runs a program of this repository in a folder; a failure is told with all it said. */
function run(cwd: string, program: string, ...words: string[]): string {
  const PATH = [join(root, "node_modules/.bin"), env["PATH"]].join(delimiter);
  const { status, error, stdout, stderr } = spawnSync(program, words, {
    cwd,
    shell: platform === "win32",
    encoding: "utf8",
    env: { ...env, PATH },
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${words.join(" ")}: ${error?.message ?? ""}\n${stdout}\n${stderr}`);
}

/** The repository as git knows it, with what is built, and the tools of this one. */
function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), "fairlead-new-"));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  const known = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const files = run(root, "git", ...known).split("\n");
  for (const path of files.filter((file) => existsSync(join(root, file)))) {
    if (path !== "") cpSync(join(root, path), join(copy, path));
  }
  const packages = files.filter((path) => path.endsWith("/package.json")).map(dirname);
  for (const folder of ["", ...packages]) {
    for (const part of ["node_modules", "dist"]) {
      const from = join(root, folder, part);
      if (!existsSync(from)) continue;
      if (part === "dist") cpSync(from, join(copy, folder, part), { recursive: true });
      else symlinkSync(from, join(copy, folder, part), "junction");
    }
  }
  run(copy, "git", "init", "--quiet");
  return copy;
}

test("a new server is built, keeps the contract and breaks no rule as it is", {
  timeout: 120_000,
}, () => {
  const copy = copyRepository();
  const place = join(copy, "servers/shelf-2");
  expect(run(copy, "node", "scripts/new.ts", "server", "shelf-2")).toContain("servers/shelf-2");
  // What `pnpm install` would link.
  symlinkSync(join(root, "examples/echo/node_modules"), join(place, "node_modules"), "junction");
  run(place, "tsdown", "--log-level", "error");
  run(copy, "node", "scripts/gen.ts");
  run(place, "tsdown", "--log-level", "error");
  run(place, "tsc", "--noEmit");
  const files = [...toServerFiles("shelf-2")].map(
    ([path, text]) => [`servers/shelf-2/${path}`, text] as const,
  );
  const written = files.map(([path]) => path).filter((path) => /\.(?:ts|json)$/.test(path));
  // By name, without git's own ignore files: Biome ends where it looks up a linked package in them.
  run(copy, "biome", "ci", "--vcs-use-ignore-file=false", ...written, "docker", "package.json");
  for (const [path, text] of files) expect(check(path, text)).toEqual([]);
  expect(checkServers(new Map(files))).toEqual([]);
  run(copy, "node", "scripts/gen.ts", "--check");
  expect(run(place, "vitest", "run")).toMatch(/Tests .*passed/);
  expect(readFileSync(join(copy, "README.md"), "utf8")).toContain("servers/shelf-2");
  expect(readFileSync(join(copy, "docker/Dockerfile"), "utf8")).toContain("AS shelf-2-labelled");
});

test.each([
  [["server"], "Usage"],
  [["tool", "x"], "Usage"],
  [["server", "Big"], "lower-case"],
  [["server", "../x"], "lower-case"],
  [["server", "git"], "there already"],
])("%j is refused with a reason", (words, reason) => {
  expect(() => run(root, "node", "scripts/new.ts", ...words)).toThrow(reason);
});
