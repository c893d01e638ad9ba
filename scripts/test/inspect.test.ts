import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { toInspection } from "../lib/inspection.ts";
import { root } from "../lib/packages.ts";

test("the Inspector opens a server by its name, with its options", () => {
  const home = mkdtempSync(join(tmpdir(), "fairlead-inspect-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const { inspector = "", server = [] } = toInspection("git", ["--read-only", root]) ?? {};
  // In place of the browser, which is opened without this word.
  const words = [inspector, "--cli", ...server, "--method", "tools/list"];
  const env = { PATH: process.env["PATH"], HOME: home, MCP_CATALOG_PATH: join(home, "catalog") };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    encoding: "utf8",
    env,
    timeout: 50_000,
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toContain("git_log");
  expect(stdout).not.toContain("git_commit");
});

test.each([[], ["nobody"], ["../servers/git"]])(
  "%j is told which servers there are",
  (...words) => {
    const args = [join(root, "scripts/inspect.ts"), ...words];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^Usage: pnpm inspect SERVER .*postgres/);
  },
);
