import { existsSync } from "node:fs";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepare, tools } from "./support/everything.ts";
import { call, createOwner, type Owner, startBin, temporaryDirectory } from "./support/repo.ts";

const top = await temporaryDirectory(afterAll);
const inside = join(top, "allowed");
/** What every injected argument would make, if it were one. */
const marker = join(inside, "injected");
await mkdir(inside);
const client = await startBin([inside, "--allow-protocols", "https,ssh,file", "--allow-force"], {
  finish: afterAll,
});
let owner: Owner;

beforeAll(async () => {
  owner = await createOwner(join(inside, "repo"));
  await prepare(owner, inside);
});

/** Values that are options, several arguments or commands where somebody is careless. */
const values = [
  `--output=${marker}`,
  `--upload-pack=touch ${marker}`,
  `--exec=touch ${marker}`,
  `--open-files-in-pager=touch ${marker}`,
  `HEAD\n--output=${marker}`,
  `HEAD\0--output=${marker}`,
  `$(touch ${marker})`,
  `ext::sh -c touch% ${marker}`,
  "",
];

/** What makes a tool do its work, by the names of its parameters. */
const usual: Readonly<Record<string, unknown>> = {
  repo_path: join(inside, "repo"),
  target: "HEAD",
  revision: "HEAD",
  message: "m",
  branch_name: "other",
  pattern: "x",
  files: ["a.txt"],
  path: "a.txt",
  name: "t",
  ref: "other",
  onto: "other",
  url: `file://${join(inside, "repo")}`,
  destination: join(inside, "cloned"),
  remote: "origin",
};

/** The actions in which a tool takes strings at all; the others take none. */
const actions: Readonly<Record<string, readonly string[]>> = {
  git_stash: ["push"],
  git_worktree: ["add", "remove"],
  git_rebase: ["start"],
};

interface Case {
  readonly tool: string;
  readonly key: string;
  readonly isList: boolean;
  readonly known: Readonly<Record<string, unknown>>;
}

/** Every string parameter of every tool, as the surface has them: a new one is among them. */
const cases = tools.flatMap(({ name: tool, inputSchema }) => {
  const properties: Readonly<Record<string, unknown>> = Object(inputSchema["properties"]);
  const fitting = Object.entries(usual).filter(([key]) => key in properties);
  const enums = Object.entries(properties).filter(([, schema]) => Object(schema).enum);
  const variants = enums.some(([key]) => key === "action") ? (actions[tool] ?? []) : [undefined];
  return Object.entries(properties).flatMap(([key, schema]): Case[] => {
    const { type, items, enum: choices } = Object(schema);
    const isList = type === "array" && items?.type === "string";
    if (choices !== undefined || (type !== "string" && !isList) || key === "cursor") return [];
    return variants.map((action) => ({
      tool,
      key,
      isList,
      known: { ...Object.fromEntries(fitting), ...(action !== undefined && { action }) },
    }));
  });
});

describe("CVE-2025-68144: arguments are never options", () => {
  it("covers every tool, each with the actions it has", () => {
    expect(new Set(cases.map(({ tool }) => tool))).toEqual(new Set(tools.map(({ name }) => name)));
  });

  it.for(cases)("$tool $key", async ({ tool, key, isList, known }) => {
    const before = await readdir(owner.path);
    const calls = values.map(async (value) => {
      const { text } = await client.callTool(tool, { ...known, [key]: isList ? [value] : value });
      return text;
    });
    const texts = await Promise.all(calls);
    expect(texts.join("\n")).not.toContain("Internal error");
    expect(existsSync(marker)).toBe(false);
    // Harmless as they look, shell characters may stand in the name of a new directory.
    const shell = values.filter((value) => /^[$e]/.test(value)).map((value) => value.split("/")[0]);
    const made = (await readdir(owner.path)).filter((name) => !before.includes(name));
    expect(made.filter((name) => !shell.includes(name))).toEqual([]);
  });

  it("a branch that is named like an option is not one", async () => {
    const sha = owner.git("rev-parse", "HEAD");
    await owner.write({ ".git/refs/heads/--output=x": `${sha}\n` });
    for (const target of ["--output=x", "refs/heads/--output=x"]) {
      await client.callTool("git_diff", { repo_path: owner.path, target });
      await client.callTool("git_checkout", { repo_path: owner.path, branch_name: target });
    }
    expect(await readdir(owner.path)).not.toContain("x");
  });
});

describe("CVE-2026-27735: git_add and every other path stay in the repository", () => {
  const paths = [
    "../secret.txt",
    "../../secret.txt",
    "sub/../../secret.txt",
    join(top, "secret.txt"),
    join(inside, "secret.txt"),
    "out/secret.txt",
    "up/secret.txt",
    ".git/config",
    ".GIT/config",
    "./.git/hooks",
    "/etc/passwd",
    // As git quotes names: what they stand for counts.
    '"\\056\\056/secret.txt"',
    '"\\056git/config"',
    '"out\\057secret.txt"',
    '"\\056\\056/caf\\351"',
    '".git/caf\\351"',
  ];
  let other: Owner;

  beforeAll(async () => {
    other = await createOwner(join(inside, "other"));
    await writeFile(join(inside, "secret.txt"), "secret");
    await writeFile(join(top, "secret.txt"), "secret");
    await symlink(top, join(other.path, "out"));
    await symlink(inside, join(other.path, "up"));
  });

  /** Every parameter that names a path in the repository. */
  const places = cases.filter(
    ({ tool, key }) => ["path", "paths", "files"].includes(key) && tool !== "git_worktree",
  );

  it.for(places)("$tool $key", async ({ tool, key, isList, known }) => {
    const answers = paths.map((path) =>
      client.callTool(tool, {
        ...known,
        ...(tool === "git_clean" && { dry_run: false }),
        repo_path: other.path,
        [key]: isList ? [path] : path,
      }),
    );
    for (const [at, { isError, text }] of (await Promise.all(answers)).entries()) {
      expect(isError, `${paths[at]}: ${text}`).toBe(true);
    }
    expect(other.git("diff", "--cached", "--name-only")).toBe("");
  });

  it("a link is a thing of its own: it can be added, and what it leads to is not", async () => {
    await call(client, "git_add", { repo_path: other.path, files: ["out"] });
    expect(other.git("ls-files", "-s", "out")).toContain("120000");
  });
});
