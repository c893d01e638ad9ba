import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { it } from "./support/desk.ts";
import { createOwner, type Owner } from "./support/repo.ts";

/** A commit made at some time. */
async function commitAt(owner: Owner, date: string, name: string): Promise<string> {
  await owner.write({ [`${name}.txt`]: `${name}\n` });
  owner.git("add", "--all");
  owner.dated(date, "commit", "-q", "-m", name);
  return owner.git("rev-parse", "HEAD");
}

describe("history by date", () => {
  const subjects = (output: { readonly commits: readonly { readonly message: string }[] }) =>
    output.commits.map(({ message }) => message);

  it("from and to 2026-11-10 has the commit at 12:00 of that day, and none of the days next to it", async ({
    owner,
    run,
  }) => {
    await commitAt(owner, "2026-11-09T23:59:59", "before");
    await commitAt(owner, "2026-11-10T00:00:00", "midnight");
    await commitAt(owner, "2026-11-10T12:00:00", "noon");
    await commitAt(owner, "2026-11-10T23:59:59", "late");
    await commitAt(owner, "2026-11-11T00:00:00", "after");
    const day = { start_timestamp: "2026-11-10", end_timestamp: "2026-11-10" };
    expect(subjects((await run("git_log", day)).output)).toEqual(["late", "noon", "midnight"]);
    const month = { start_timestamp: "2026-11", end_timestamp: "2026-11", max_count: 2 };
    const first = await run("git_log", month);
    const rest = await run("git_log", { ...month, cursor: first.output.next_cursor });
    expect(subjects(first.output)).toEqual(["after", "late"]);
    expect(subjects(rest.output)).toEqual(["noon", "midnight"]);
  });

  it("garbage as a date is an error that shows the forms", async ({ run }) => {
    const asked = run("git_log", { start_timestamp: "garbage" });
    await expect(asked).rejects.toThrow(/"garbage" is not a date.*2026-11-01/s);
    await expect(run("git_log", { end_timestamp: "" })).rejects.toThrow('"" is not a date');
  });

  it("since: a commit with an old date above newer ones hides none of them", async ({
    owner,
    run,
  }) => {
    await commitAt(owner, "2026-11-10T12:00:00Z", "new");
    await commitAt(owner, "2020-01-01T12:00:00Z", "rebased with an old date");
    const { output } = await run("git_log", { start_timestamp: "2026-11-01" });
    expect(subjects(output)).toEqual(["new"]);
  });

  it(".mailmap: the log and git_show map names as blame does", async ({ owner, run }) => {
    await owner.commit("map", { ".mailmap": "Proper Name <new@example.org> <ann@example.org>\n" });
    const { output } = await run("git_log", { author: "proper" });
    expect(output.commits[0]).toMatchObject({ author: "Proper Name", email: "new@example.org" });
    expect((await run("git_show", { revision: "HEAD" })).text).toContain("Proper Name <new@");
    expect((await run("git_blame", { path: "a.txt" })).text).toContain("Proper Name");
  });

  it("replace refs and grafts: a commit is the one its id stands for", async ({ owner, run }) => {
    const first = owner.git("rev-parse", "HEAD");
    const second = await owner.commit("second", { "b.txt": "b\n" });
    const other = owner.git("commit-tree", "-m", "forged", `${second}^{tree}`);
    owner.git("replace", second, other);
    expect(owner.git("log", "-1", "--format=%s", second)).toBe("forged");
    const { output } = await run("git_log");
    expect(subjects(output)).toEqual(["second", "first"]);
    expect((await run("git_show", { revision: second })).text).toContain("Message: second");
    owner.git("replace", "-d", second);
    await owner.write({ ".git/info/grafts": `${second}\n` });
    expect(owner.git("log", "--format=%H")).toBe(second);
    expect((await run("git_log")).output.commits[1]).toMatchObject({ sha: first });
  });
});

describe("long lines and large patches", () => {
  const long = `${"x".repeat(6000)}needle${"y".repeat(4000)}`;

  it("git_read_file of a line of 3 MB is cut with a word", async ({ owner, run }) => {
    await owner.commit("long", { "long.txt": `${"z".repeat(3_000_000)}\nsecond\n` });
    const { text } = await run("git_read_file", { revision: "HEAD", path: "long.txt" });
    expect(text).toMatch(/Line 1 is cut: \d+ of its 3000001 characters .* start_line 2/s);
    const rest = { revision: "HEAD", path: "long.txt", start_line: 2 };
    expect((await run("git_read_file", rest)).text).toBe("second\n");
  });

  it("git_grep needle in a line of 10 kB shows the part around it, and marks the cuts", async ({
    owner,
    run,
  }) => {
    await owner.commit("long", { "ü.txt": `ü${long}\nneedle first\n` });
    for (const revision of [undefined, "HEAD"]) {
      const { output } = await run("git_grep", { pattern: "needle", revision });
      expect(output.matches).toMatchObject([
        { path: "ü.txt", line: 1, text: expect.stringMatching(/^…x{100}needley+…$/) },
        { path: "ü.txt", line: 2, text: "needle first" },
      ]);
    }
    const { text } = await run("git_blame", { path: "ü.txt", start_line: 1, end_line: 1 });
    expect(text).toMatch(/ü?x+…$/);
  });

  it("grep.column=true in the repository changes nothing", async ({ owner, run }) => {
    const usual = await run("git_grep", { pattern: "two" });
    for (const key of ["column", "lineNumber", "fullName", "extendedRegexp"]) {
      owner.git("config", `grep.${key}`, "true");
    }
    expect(await run("git_grep", { pattern: "two" })).toEqual(usual);
    expect(usual.text).toBe("a.txt:2:two");
  });

  it("the rest of one file's large patch is on the pages after, to the last line", async ({
    owner,
    run,
  }) => {
    const lines = Array.from({ length: 9000 }, (_, at) => `line ${at} of a large file\n`);
    await owner.commit("large", { "large.txt": lines.join(""), "small.txt": "s\n" });
    const both = await run("git_show", { revision: "HEAD" });
    expect(both.text).toContain("give this path alone in paths for all of it");
    let whole = "";
    let cursor: string | undefined;
    do {
      const args = { revision: "HEAD", paths: ["large.txt"], ...(cursor && { cursor }) };
      const { text, output } = await run("git_show", args);
      expect(text.length).toBeLessThan(40_500);
      whole += text;
      cursor = output.next_cursor;
    } while (cursor);
    const shown = whole.split("\n").filter((line) => line.startsWith("+line"));
    expect(shown).toEqual(lines.map((line) => `+${line.trimEnd()}`));
  });
});

describe("a text conflict", () => {
  it("is shown as text, with counts, whatever is compared", async ({ owner, run }) => {
    owner.git("switch", "-q", "-c", "side");
    await owner.commit("side", { "a.txt": "one\nside\nthree\n" });
    owner.git("switch", "-q", "main");
    await owner.commit("main", { "a.txt": "one\nmain\nmore\nthree\n", "gone.txt": "g\n" });
    await run("git_merge", { ref: "side" });
    const unstaged = await run("git_diff_unstaged");
    expect(unstaged.text).toContain("U a.txt +6 -0");
    expect(unstaged.text).toContain("++<<<<<<<");
    const counted = await run("git_diff_unstaged", { stat_only: true });
    expect(counted.text).toContain("U a.txt +6 -0");
    expect((await run("git_diff_staged")).text).toContain("U a.txt in conflict");
    expect((await run("git_diff", { target: "HEAD" })).text).toContain("a.txt +4 -0");
  });
});

describe("git_add", () => {
  it(". over a nested repository warns and names it, and a submodule is none", async ({
    owner,
    run,
    top,
  }) => {
    await createOwner(join(owner.path, "vendor/lib"));
    const added = await run("git_add", { files: ["."] });
    expect(added.output.nested).toEqual(["vendor/lib"]);
    expect(added.text).toMatch(/Warning: staged as links.*vendor\/lib/);
    const library = await createOwner(join(top, "library"));
    owner.git("-c", "protocol.file.allow=always", "submodule", "-q", "add", library.path, "sub");
    owner.git("rm", "-q", "--cached", "-f", "sub", "vendor/lib");
    await rm(join(owner.path, "vendor"), { recursive: true });
    expect((await run("git_add", { files: ["."] })).output.nested).toEqual([]);
  });

  it("with a subdirectory as repo_path takes paths from there, and as answers show them", async ({
    owner,
    run,
  }) => {
    await owner.commit("base", { "p/q/gone.txt": "g\n" });
    await owner.write({ "p/q/a.txt": "q\n", "p/b.txt": "b\n", "top.txt": "t\n" });
    const below = { repo_path: join(owner.path, "p") };
    expect((await run("git_add", { ...below, files: ["."] })).output.staged).toEqual([
      "p/b.txt",
      "p/q/a.txt",
    ]);
    await run("git_reset", below);
    for (const path of ["q/a.txt", "p/q/a.txt", "./q/a.txt"]) {
      const { output } = await run("git_add", { ...below, files: [path] });
      expect(output.staged, path).toEqual(["p/q/a.txt"]);
      await run("git_reset", below);
    }
    expect((await run("git_add", { ...below, files: ["../top.txt"] })).output.staged).toEqual([
      "top.txt",
    ]);
    await expect(run("git_add", { ...below, files: ["../../x"] })).rejects.toThrow("not a path");
    await rm(join(owner.path, "p/q/gone.txt"));
    for (const path of ["q/gone.txt", "p/q/gone.txt"]) {
      await run("git_reset");
      const { output } = await run("git_add", { ...below, files: [path] });
      expect(output.staged, path).toEqual(["p/q/gone.txt"]);
    }
    const read = { ...below, revision: "HEAD", path: "q/gone.txt" };
    expect((await run("git_read_file", read)).text).toBe("g\n");
  });

  it("and git_clean with a subdirectory removes nothing next to it", async ({ owner, run }) => {
    await owner.write({ "p/junk.txt": "j\n", "top.txt": "t\n" });
    const below = { repo_path: join(owner.path, "p"), dry_run: false };
    await owner.commit("base", { "p/kept.txt": "k\n" });
    await owner.write({ "p/new.txt": "n\n", "other.txt": "o\n" });
    expect((await run("git_clean", below)).output.files).toEqual(["p/new.txt"]);
    expect(await readFile(join(owner.path, "other.txt"), "utf8")).toBe("o\n");
  });
});

it("git_create_branch feat/x/z while feat/x exists says which branch is in the way", async ({
  owner,
  run,
}) => {
  owner.git("branch", "feat/x");
  const below = run("git_create_branch", { branch_name: "feat/x/z" });
  await expect(below).rejects.toThrow(/The branch "feat\/x" is in the way/);
  const above = run("git_create_branch", { branch_name: "feat" });
  await expect(above).rejects.toThrow(/The branch "feat\/x" is in the way/);
  owner.git("tag", "v1");
  await expect(run("git_tag", { name: "v1/x" })).rejects.toThrow(/The tag "v1" is in the way/);
});

it.for(["cherry-pick", "revert"] as const)(
  "reftable: a %s under way is told",
  async (state, { owner, run }) => {
    const file = `${state.toUpperCase().replace("-", "_")}_HEAD`;
    // A git that has no such tables takes no notice of the setting, and one that has them needs them.
    owner.git("update-ref", `refs/${file}`, "HEAD");
    owner.git("config", "extensions.refStorage", "reftable");
    expect((await run("git_status")).output.state).toBe(state);
  },
);

it("partial clone: a missing object is said to need a fetch, and why it was not fetched", async ({
  top,
  owner,
  run,
}) => {
  owner.git("config", "uploadpack.allowFilter", "true");
  await owner.commit("second", { "b.txt": "b\n" });
  const path = join(top, "partial");
  owner.git("clone", "-q", "--no-checkout", "--filter=blob:none", `file://${owner.path}`, path);
  const asked = run("git_read_file", { repo_path: path, revision: "HEAD", path: "b.txt" });
  await expect(asked).rejects.toThrow(/partial clone.*has to be fetched.*git fetch --refetch/s);
  await expect(run("git_show", { repo_path: path, revision: "HEAD" })).rejects.toThrow("partial");
});

it.for([
  ["tag.gpgSign", "true", undefined],
  ["tag.gpgSign", "yes", "annotated"],
  ["tag.forceSignAnnotated", "1", "annotated"],
] as const)(
  "%s=%s: that the tag is not signed is told",
  async ([key, value, message], { owner, run }) => {
    owner.git("config", key, value);
    const { text, output } = await run("git_tag", { name: "t", message });
    expect(output.skipped).toEqual(["signature"]);
    expect(text).toContain("Not run: signature");
  },
);

describe("names with line ends, terminal codes and bidi marks", () => {
  const odd = [
    "a\n D forged.txt",
    "red\u001b[31m.txt",
    "exe\u202Etxt.doc",
    "c1\u009b2J.txt",
    "line\u2028sep.txt",
  ];

  it("are one visible line each wherever they are listed, and can be given back", async ({
    owner,
    run,
  }) => {
    await owner.write(Object.fromEntries(odd.map((name) => [name, "needle\n"])));
    const texts = [(await run("git_status")).text];
    const added = await run("git_add", { files: ["."] });
    expect(added.output.staged).toHaveLength(odd.length);
    texts.push(added.text, (await run("git_diff_staged")).text);
    texts.push((await run("git_commit", { message: "odd" })).text);
    for (const [name, args] of [
      ["git_ls_files", {}],
      ["git_grep", { pattern: "needle" }],
      ["git_show", { revision: "HEAD" }],
      ["git_diff", { target: "HEAD~1..HEAD", stat_only: true }],
    ] as const) {
      texts.push((await run(name, args)).text);
    }
    for (const text of texts) {
      expect(text).toContain("forged.txt");
      expect(text).not.toMatch(/^ D forged\.txt/m);
      for (const hidden of ["\u001b", "\u009b", "\u202E", "\u2028"]) {
        expect(text).not.toContain(hidden);
      }
    }
    const listed =
      texts
        .find((text) => text.startsWith("6 of 6 files"))
        ?.split("\n")
        .slice(1) ?? [];
    const found = listed.filter((path) => path !== "a.txt");
    expect(found).toHaveLength(odd.length);
    for (const path of found) {
      const { text } = await run("git_read_file", { revision: "HEAD", path });
      expect(text).toBe("needle\n");
    }
  });

  it("in who commits and what, too: neither forges a line of the log", async ({ owner, run }) => {
    owner.git("-c", "user.name=x", "commit", "-q", "--allow-empty", "-m", "safe\u202E\u001b[2K");
    const { text } = await run("git_log", { max_count: 1 });
    expect(text).toContain("safe\\u{202E}\\u{1B}[2K");
    expect((await run("git_reflog")).text).not.toContain("\u001b");
  });

  it("in the error that names them", async ({ run }) => {
    const asked = run("git_read_file", { revision: "HEAD", path: "no\u001b[31m\u202E.txt" });
    await expect(asked).rejects.toThrow("no\\u{1B}[31m\\u{202E}.txt");
  });
});
