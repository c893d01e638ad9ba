import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { appendFile, cp, mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callEverything, prepare } from "./support/everything.ts";
import { type Hostile, hostile, network } from "./support/hostile-config.ts";
import { createOwner, Owner, startBin, temporaryDirectory } from "./support/repo.ts";

const hooks = [
  "commit-msg",
  "post-checkout",
  "post-commit",
  "post-index-change",
  "post-merge",
  "post-rewrite",
  "pre-commit",
  "pre-push",
  "pre-rebase",
  "prepare-commit-msg",
  "reference-transaction",
];

const top = await temporaryDirectory(afterAll);
const template = join(top, "template");
/** Asks anyone who comes for a password. */
const locked = createServer((_, response) => {
  response.writeHead(401, { "WWW-Authenticate": 'Basic realm="git"' }).end();
});
let url: string;

beforeAll(async () => {
  const owner = await createOwner(join(template, "repo"));
  await prepare(owner, template);
  locked.listen(0, "127.0.0.1");
  await once(locked, "listening");
  const address = locked.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterAll(() => void locked.close());
const client = await startBin(
  [top, "--allow-protocols", "https,ssh,http,file", "--allow-hosts", "127.0.0.1", "--allow-force"],
  { finish: afterAll },
);

/** A copy of the template with these settings, each with a trap and all with one marker. */
async function plant(name: string, given: Readonly<Record<string, Hostile>>) {
  const directory = join(top, name);
  await cp(template, directory, { recursive: true });
  const owner = new Owner(join(directory, "repo"));
  const marker = join(directory, "marker");
  let fill = (text: string) => text;
  for (const [at, [title, { keys, files = {} }]] of Object.entries(given).entries()) {
    const trap = await owner.trap(marker, `trap-${at}`, title);
    const trapped = join(owner.path, `.git/hooks-${at}`);
    await mkdir(trapped);
    for (const hook of hooks) await cp(trap, join(trapped, hook));
    fill = (text) =>
      text.replaceAll("TRAP", trap).replaceAll("HOOKS", trapped).replaceAll("URL", url);
    for (const [file, text] of Object.entries(files)) {
      const path = join(owner.path, file);
      await mkdir(dirname(path), { recursive: true });
      await appendFile(path, fill(text));
    }
    for (const [key, value] of keys) owner.git("config", "--replace-all", fill(key), fill(value));
  }
  const traces = () => (existsSync(marker) ? readFileSync(marker, "utf8") : "");
  return { directory, owner, marker, fill, traces };
}

const plain = { keys: [], byHand: [] };

describe.concurrent("what a repository's config names", () => {
  it.for(Object.entries(hostile))(
    "%s: every tool, and the marker never appears",
    async ([name, group], { expect }) => {
      const { directory, owner, traces } = await plant(name.replaceAll(/\W+/g, "-"), group);
      const answers = await callEverything(client, owner.path, directory);
      expect(traces()).toBe("");
      const refusals = Object.values(group).map(({ refused }) => refused);
      for (const [tool, words] of refusals.flatMap((refused) => Object.entries(refused ?? {}))) {
        expect(answers.get(tool), tool).toMatchObject({
          isError: true,
          text: expect.stringContaining(words),
        });
      }
      // What an override makes harmless is not a reason to refuse anything.
      for (const [tool, { text }] of answers) {
        if (refusals.every((refused) => refused === undefined)) {
          expect(text, tool).not.toContain("--trust-repo-config.");
        }
      }
    },
  );

  const each = Object.values(hostile).flatMap((group) => Object.entries(group));
  it.for(each)("%s: the trap works, plain git runs it", async ([title, one], { expect }) => {
    const at = each.findIndex(([other]) => other === title);
    const { owner, fill, traces } = await plant(`by-hand-${at}`, { [title]: one });
    // A trap is not a working editor, signer or transport: what counts is that it was run.
    for (const args of one.byHand) await owner.attempt(...args.map(fill));
    expect(traces()).toContain(title);
  });
});

it("hooks in .git/hooks do not run, and a commit says so", async () => {
  const { directory, owner, marker } = await plant("hooks", { plain });
  await cp(join(owner.path, ".git/hooks-0"), join(owner.path, ".git/hooks"), { recursive: true });
  const answers = await callEverything(client, owner.path, directory);
  expect(existsSync(marker)).toBe(false);
  expect(answers.get("git_commit")?.text).toContain("Not run: pre-commit hook");
});

it.for(network)("%s decides nothing: the call is refused by its name", async (key) => {
  const { owner } = await plant(`network-${network.indexOf(key)}`, { plain });
  owner.git("config", key, "x");
  const { isError, text } = await client.callTool("git_fetch", { repo_path: owner.path });
  expect({ isError, text }).toMatchObject({
    isError: true,
    text: expect.stringMatching(
      new RegExp(`${key.replaceAll(/[.*]/g, "\\$&")}.*--trust-repo-config`, "is"),
    ),
  });
});

it("the config of a submodule does not run from the repository above", async () => {
  const { directory, owner, marker } = await plant("submodule", { plain });
  const library = await createOwner(join(directory, "library"));
  owner.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", library.path, "sub");
  await owner.commit("with a submodule");
  const sub = new Owner(join(owner.path, "sub"));
  const trap = await owner.trap(marker);
  for (const key of ["filter.evil.clean", "core.fsmonitor", "diff.external"])
    sub.git("config", key, trap);
  await owner.write({ ".git/modules/sub/info/attributes": "* filter=evil\n" });
  await sub.write({ "a.txt": "changed\n" });
  await callEverything(client, owner.path, directory);
  expect(existsSync(marker)).toBe(false);
  sub.git("status");
  expect(existsSync(marker)).toBe(true);
});

it.for([
  ["a step that runs a program", { "git-rebase-todo": "exec TRAP\n" }, []],
  ["a strategy", { strategy: "evil\n" }, []],
  [
    "variables for its commits",
    { "author-script": "GIT_AUTHOR_NAME='a'\nLD_PRELOAD='/x.so'\n" },
    [],
  ],
  [
    "a signature",
    { gpg_sign_opt: "-Sx\n" },
    [
      ["gpg.format", "x509"],
      ["gpg.x509.program", "TRAP"],
      ["user.signingKey", "x"],
    ],
  ],
  ["patches with options of their own", { "../rebase-apply/apply-opt": "--unsafe-paths\n" }, []],
] as const)("a rebase under way with %s is not gone on with", async ([title, state, keys]) => {
  const { owner, marker, fill } = await plant(title.replaceAll(" ", "-"), {
    rebase: { keys, byHand: [] },
  });
  owner.git("switch", "-q", "-f", "other");
  const usual = {
    "git-rebase-todo": "noop\n",
    "head-name": "refs/heads/other\n",
    onto: owner.git("rev-parse", "main"),
    "orig-head": owner.git("rev-parse", "other"),
    interactive: "",
  };
  for (const [name, text] of Object.entries({ ...usual, ...state })) {
    await owner.write({ [join(".git/rebase-merge", name)]: fill(text) });
  }
  const args = { repo_path: owner.path, action: "continue" };
  expect(await client.callTool("git_rebase", args)).toMatchObject({
    isError: true,
    text: expect.stringContaining("Abort it"),
  });
  expect(existsSync(marker)).toBe(false);
});
