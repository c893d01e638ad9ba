import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { toInspection } from "../lib/inspection.ts";
import { listPackages, readText, root } from "../lib/packages.ts";

const servers = listPackages("servers").map((path) => path.replace("servers/", ""));

/** The versions that packages of this repository share. */
const catalog = new Map(
  [...(readText("pnpm-workspace.yaml") ?? "").matchAll(/^ {2}"?([^":\n]+)"?: (\S+)$/gm)].map(
    ([, name = "", version = ""]) => [name, version],
  ),
);

/** The command under "Try it" of a server's README, apart: what npx takes, and the server's options. */
function readCommand(server: string) {
  const [, section = ""] = readText(`servers/${server}/README.md`)?.split("## Try it") ?? [];
  const [, line = ""] = section.split("```sh\n");
  const [command = ""] = line.split("\n");
  const pattern = new RegExp(
    `^npx -y @modelcontextprotocol/inspector npx -y (?<packages>.*?)(?:@fairlead/|fairlead-)server-${server}(?: (?<options>[^@]*))?$`,
  );
  const { packages = "", options = "" } = pattern.exec(command)?.groups ?? {};
  return { command, packages, options: options.split(" ").filter(Boolean) };
}

test.each(servers)("the Inspector opens %s with the options of its README", (server) => {
  const home = mkdtempSync(join(tmpdir(), "fairlead-try-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const { command, options } = readCommand(server);
  expect(command).toContain(`server-${server}`);
  const inspection = toInspection(server, options);
  // In place of the page, which the Inspector opens without this word.
  const words = [inspection?.inspector ?? "", "--cli", ...(inspection?.server ?? [])];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...words, "--method", "tools/list"],
    {
      cwd: root,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: home, MCP_CATALOG_PATH: join(home, "catalog") },
      timeout: 50_000,
    },
  );
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout).tools.length).toBeGreaterThan(5);
});

test.each(servers)("the demo of %s comes with the package that its manifest names", (server) => {
  const { command, packages, options } = readCommand(server);
  expect(command).toMatch(/^npx -y @modelcontextprotocol\/inspector npx -y .*\S$/);
  expect(packages !== "").toBe(options.includes("--demo"));
  const wanted = [...packages.matchAll(/-p (@?[^@ ]+)@(\S+)/g)];
  const { peerDependencies }: { peerDependencies: Record<string, string> } = JSON.parse(
    readText(`servers/${server}/package.json`) ?? "{}",
  );
  for (const [, name = "", version = ""] of wanted) {
    const range = peerDependencies[name] ?? "";
    const known = range === "catalog:" ? (catalog.get(name) ?? "") : range.replace(/^>=/, "");
    expect(known.startsWith(version), `${name}@${version} is not ${known}`).toBe(true);
  }
});
