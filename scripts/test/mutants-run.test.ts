import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { env, execPath } from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../lib/packages.ts";

const guard = "packages/guard/src/door.ts";
const source = "export function isOpen(x: number): boolean {\n  return x > 3;\n}\n";
const built = "packages/guard/dist/main.js";

/** A repository of one guard, and programs of the tests' own in place of the builder and the tests. */
function createRepository(programs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-mutants-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("package.json", '{ "type": "module" }');
  write(guard, source);
  write(built, source);
  mkdirSync(join(folder, "packages/guard/node_modules"));
  for (const [name, script] of Object.entries(programs)) {
    write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  }
  const PATH = [join(folder, "bin"), env["PATH"]].join(delimiter);
  return {
    args: [join(folder, "scripts/mutants.ts"), "--count", "1"],
    options: { cwd: folder, env: { ...env, PATH } },
    has: (path: string) => existsSync(join(folder, path)),
    read: (path: string) => readFileSync(join(folder, path), "utf8"),
  };
}

const build = "cp src/door.ts dist/main.js";

test.skipIf(process.platform === "win32").each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s leaves neither source nor build changed", async (signal, code) => {
  const { args, options, has, read } = createRepository({
    tsdown: build,
    vitest: "touch started; exec sleep 60",
  });
  const child = spawn(execPath, args, options);
  const exited = once(child, "exit");
  await expect.poll(() => has("packages/guard/started"), { timeout: 20_000 }).toBe(true);
  expect([read(guard), read(built)]).not.toContain(source);
  child.kill(signal);
  expect(await exited).toEqual([code, null]);
  expect([read(guard), read(built)]).toEqual([source, source]);
});

test.skipIf(process.platform === "win32")("tests meet a build with the change in it", () => {
  const { args, options, read } = createRepository({
    tsdown: build,
    vitest: `cmp -s dist/main.js src/door.ts && ! grep -q 'x > 3' dist/main.js || exit 0; exit 1`,
  });
  const { status, stdout } = spawnSync(execPath, args, { ...options, encoding: "utf8" });
  expect([status, stdout]).toEqual([0, expect.stringContaining("0 of 1 survived")]);
  expect([read(guard), read(built)]).toEqual([source, source]);
});

test.skipIf(process.platform === "win32").each([
  ["noticed ", "grep -q 'x > 3' src/door.ts && exit 0", "0 of 1"],
  ["DOUBTFUL", "true", "1 of 1"],
])("a change is %s by whether its red test is red without it", (word, unchanged, open) => {
  const report = '{"testResults":[{"name":"door.test.ts","status":"failed"}]}';
  const { args, options } = createRepository({
    tsdown: build,
    vitest: `${unchanged}\nfor word; do case $word in --outputFile=*) echo '${report}' >"\${word#*=}";; esac; done; exit 1`,
  });
  const { stdout } = spawnSync(execPath, args, { ...options, encoding: "utf8" });
  expect(stdout).toContain(`${word} ${guard}`);
  expect(stdout).toContain(`${open} survived or are doubtful`);
});
