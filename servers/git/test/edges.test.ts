import { execFileSync } from "node:child_process";
import { describe, expect } from "vitest";
import { it } from "./support/desk.ts";
import type { Owner } from "./support/repo.ts";

/** A commit of one small file whose name is given as bytes, on a branch of its own. */
function importNamed(owner: Owner, branch: string, name: Buffer): void {
  const head = `commit refs/heads/${branch}\ncommitter Ann <> 1700000000 +0000\ndata 4\nname\n`;
  const input = [Buffer.from(`${head}M 100644 inline `), name, Buffer.from("\ndata 3\nhi\n\n")];
  execFileSync("git", ["fast-import", "--quiet"], { cwd: owner.path, input: Buffer.concat(input) });
}

/** A commit without parents of so many small text files, on a branch of its own. */
function importRoot(owner: Owner, branch: string, count: number): void {
  const files = Array.from({ length: count }, (_, i) => {
    const text = `text ${i}\n`;
    return `M 100644 inline a/directory/with/some/files/${i}.txt\ndata ${text.length}\n${text}\n`;
  });
  const head = `commit refs/heads/${branch}\ncommitter Ann <> 1700000000 +0000\ndata 4\nroot\n`;
  const input = head + files.join("");
  execFileSync("git", ["fast-import", "--quiet"], { cwd: owner.path, input });
}

describe("dates of which git sees fewer than nine digits", () => {
  it("are days of the years before 1973, as the start and as the end of a history", async ({
    owner,
    run,
  }) => {
    for (const [name, seconds] of Object.entries({ old: 1_000_000, later: 50_000_000 })) {
      owner.dated(`@${seconds} +0000`, "commit", "-q", "--allow-empty", "-m", name);
    }
    const log = async (query: object) => {
      const { output } = await run("git_log", query);
      return output.commits.map(({ message }: { readonly message: string }) => message);
    };
    const all = ["later", "old", "first"];
    expect(await log({})).toEqual(all);
    for (const day of ["1970-01-01", "1960-01-01", "1970"]) {
      expect(await log({ start_timestamp: day })).toEqual(all);
    }
    expect(await log({ start_timestamp: "1970-02-01" })).toEqual(["later", "first"]);
    expect(await log({ end_timestamp: "1971-01-01" })).toEqual(["old"]);
    expect(await log({ end_timestamp: "1972-01-01" })).toEqual(["later", "old"]);
    expect(await log({ end_timestamp: "1969-12-31" })).toEqual([]);
  });
});

it("code on the later pages of a patch is shown as it is, also before the next hunk", async ({
  owner,
  run,
}) => {
  const file = (code: string, last: string) =>
    [...Array.from({ length: 4000 }, (_, at) => `${code} ${at}`), ..."abcdefghijkl", last, ""].join(
      "\n",
    );
  await owner.commit("before", { "a.txt": file("plain code", "old") });
  await owner.commit("after", { "a.txt": file("\u202Ecode", "new") });
  let [whole, cursor]: [string, string | undefined] = ["", undefined];
  do {
    const { text, output } = await run("git_show", { revision: "HEAD", ...(cursor && { cursor }) });
    whole += text;
    cursor = output.next_cursor;
  } while (cursor);
  expect(whole).toContain("+new");
  expect(whole.split("\n").filter((line) => line.startsWith("+\u202Ecode"))).toHaveLength(4000);
  expect(whole).not.toContain("\\u{202E}");
});

describe("git_read_file", () => {
  it("reads the file that is named and no other", async ({ owner, run }) => {
    await owner.commit("only", {
      "d/b.txt": "in a directory\n",
      "x\ty.txt": "x\n",
      "y.txt": "y\n",
    });
    const read = (path: string) => run("git_read_file", { revision: "HEAD", path });
    for (const path of [".", owner.path, "d", "d/"]) {
      await expect(read(path), path).rejects.toThrow("It is a tree, not a file");
    }
    for (const path of ["b.txt", "d/b"]) {
      await expect(read(path), path).rejects.toThrow("There is no file");
    }
    expect((await read("y.txt")).text).toBe("y\n");
    expect((await read('"x\\ty.txt"')).text).toBe("x\n");
    expect((await read("x\ty.txt")).text).toBe("x\n");
  });

  it("reads each file as git_ls_files names it, also where the name is not UTF-8", async ({
    owner,
    run,
  }) => {
    const names = ["d\xe9/caf\xe9.txt", "caf\xe9", '"a\\\\101"', "z\u0085\xe9"];
    for (const [at, name] of names.entries()) {
      importNamed(owner, `b${at}`, Buffer.from(name, "latin1"));
      const revision = `b${at}`;
      const [path] = (await run("git_ls_files", { revision })).output.files;
      expect((await run("git_read_file", { revision, path })).text, path).toBe("hi\n");
      const blamed = run("git_blame", { revision, path });
      if (path.includes("\\351")) await expect(blamed, path).rejects.toThrow("not UTF-8");
      else expect((await blamed).text, path).toContain("hi");
      expect((await run("git_ls_files", { revision, path })).output.files, path).toEqual([path]);
    }
    const directory = await run("git_ls_files", { revision: "b0", path: '"d\\351"' });
    expect(directory.output.files).toEqual(['"d\\351/caf\\351.txt"']);
  });
});

describe("git_show of a first commit of 4,001 files", () => {
  it("counts all of them, on each page and in the list alone", async ({ owner, run }) => {
    importRoot(owner, "big", 4001);
    for (const more of [{}, { stat_only: true }]) {
      const first = await run("git_show", { revision: "big", ...more });
      const cursor = first.output.next_cursor;
      const second = await run("git_show", { revision: "big", ...more, cursor });
      for (const { text } of [first, second]) {
        expect(/\d+ of (\d+) changed files/.exec(text)?.[1]).toBe("4001");
        expect(text.split("\n").filter((line) => line.startsWith("A ")).length).toBeGreaterThan(50);
        expect(text.split("\n").filter((line) => line.endsWith(" binary"))).toEqual([]);
      }
    }
  });
});
