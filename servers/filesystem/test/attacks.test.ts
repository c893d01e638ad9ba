import { execFileSync } from "node:child_process";
import { link, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createPathGuard, createRoom, type PathGuard } from "@fairlead/guard";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { completePath } from "../src/completion.ts";
import { readInfo } from "../src/read/file-info.ts";
import { readMedia } from "../src/read/media.ts";
import { readText } from "../src/read/text-reader.ts";
import { SearchPool } from "../src/search/search-pool.ts";
import { listDirectory, listWithSizes } from "../src/walk/listing.ts";
import { editFile } from "../src/write/editor.ts";
import { copyFile, deletePath, moveFile } from "../src/write/transfer.ts";
import { appendContent, createFolder, writeContent } from "../src/write/writer.ts";
import { firstWords, kill, startScript } from "./support/processes.ts";
import { plant, temporaryDirectory } from "./support/tree.ts";

const { signal } = new AbortController();
const limits = { room: createRoom(Number.POSITIVE_INFINITY), budget: 80_000, signal };

let top: string;
let inside: string;
let outside: string;
let guard: PathGuard;
let searches: SearchPool;
const me = { id: "me", signal };

beforeEach(async () => {
  top = await temporaryDirectory({ inMemory: true });
  inside = join(top, "allow");
  outside = join(top, "allow_evil");
  await plant(top, {
    "allow/file.txt": "inside",
    "allow/victim/file.txt": "inside",
    "allow_evil/file.txt": "outside",
  });
  guard = await createPathGuard({ directories: [inside] });
  searches = new SearchPool({ patience: 300 });
  onTestFinished(() => searches.close());
});

/** Everything the tools can do with a path. */
function everything(path: string): Record<string, () => Promise<unknown>> {
  const tree = { maxDepth: 9, maxEntries: 99, characters: 9999 };
  const text = {
    pattern: "s",
    maxMatches: 9,
    respectGitignore: false,
    from: { file: "", skip: 0 },
    budget: 80_000,
  };
  const names = { pattern: "*", from: text.from, budget: 80_000 };
  return {
    read_text_file: () => readText(guard, path, {}, limits),
    read_text_file_tail: () => readText(guard, path, { tail: 1 }, limits),
    read_media_file: () => readMedia(guard, path),
    get_file_info: () => readInfo(guard, path, { hash: true, signal }),
    list_directory: () => listDirectory(guard, path),
    list_directory_with_sizes: () => listWithSizes(guard, path, "name"),
    directory_tree: () => searches.tree(guard, path, tree, me),
    search_files: () => searches.names(guard, path, names, me),
    search_file_contents: () => searches.contents(guard, path, text, me),
    write_file: () => writeContent(guard, path, "attack", {}),
    append_file: () => appendContent(guard, path, "attack"),
    edit_file: () => editFile(guard, path, [{ oldText: "outside", newText: "attack" }], { signal }),
    create_directory: () => createFolder(guard, path),
    move_file_from: () => moveFile(guard, join(path, "file.txt"), "stolen.txt", { signal }),
    move_file_to: () => moveFile(guard, "file.txt", join(path, "moved.txt"), { signal }),
    copy_file_from: () => copyFile(guard, path, "stolen", { signal }),
    copy_file_to: () => copyFile(guard, "file.txt", join(path, "copied.txt"), { signal }),
    delete_path: () => deletePath(guard, join(path, "file.txt"), { recursive: true, signal }),
  };
}

async function expectAllRefused(path: string): Promise<void> {
  for (const [name, attack] of Object.entries(everything(path))) {
    await expect(attack(), `${name} ${path.slice(0, 80)}`).rejects.toHaveProperty("hint");
  }
  await expectUnharmed();
}

async function expectUnharmed(): Promise<void> {
  expect(await readdir(outside)).toEqual(["file.txt"]);
  expect(await readFile(join(outside, "file.txt"), "utf8")).toBe("outside");
  expect(await readFile(join(inside, "file.txt"), "utf8")).toBe("inside");
  expect(await readdir(inside)).not.toContain("stolen");
}

describe("attacks", () => {
  it("CVE-2025-53110: a directory whose name begins like the allowed one", async () => {
    await expectAllRefused(outside);
    await expectAllRefused("../allow_evil");
    expect(await completePath(guard, `${outside}/`)).toEqual([]);
  });

  it("CVE-2025-53109: a symbolic link that leads out", async () => {
    await symlink(outside, join(inside, "link"));
    await expectAllRefused("link");
    await symlink(join(outside, "file.txt"), join(inside, "file-link"));
    await expect(readText(guard, "file-link", {}, limits)).rejects.toThrow("outside");
    await expect(writeContent(guard, "file-link", "attack", {})).rejects.toThrow("outside");
    expect(await listWithSizes(guard, "", "name")).toContainEqual({
      name: "file-link",
      type: "link",
      size: 0,
    });
    await expectUnharmed();
  });

  it("CVE-2025-53109: deleting and moving a link that leads out touches only the link", async () => {
    await symlink(join(outside, "file.txt"), join(inside, "link"));
    await symlink(outside, join(inside, "link-2"));
    await moveFile(guard, "link", "moved", { signal });
    await deletePath(guard, "moved", { recursive: true, signal });
    await deletePath(guard, "link-2", { recursive: true, signal });
    await expectUnharmed();
    expect(await readdir(inside)).toEqual(["file.txt", "victim"]);
  });

  it("swallowed ENOENT: a new file behind links, missing parents and dangling links", async () => {
    await symlink(outside, join(inside, "link"));
    await symlink(join(outside, "made-by-write"), join(inside, "dangling"));
    for (const path of ["link/new", "link/a/b/c", "dangling", "dangling/x", "link/../../x"]) {
      await expect(writeContent(guard, path, "attack", {}), path).rejects.toHaveProperty("hint");
      await expect(appendContent(guard, path, "attack"), path).rejects.toHaveProperty("hint");
      await expect(createFolder(guard, path), path).rejects.toHaveProperty("hint");
    }
    await expectUnharmed();
  });

  it("a tree copied or deleted does not follow the links in it", async () => {
    await symlink(outside, join(inside, "victim", "out"));
    await copyFile(guard, "victim", "copy", { signal });
    expect(await readdir(join(inside, "copy"))).toEqual(["file.txt"]);
    await deletePath(guard, "victim", { recursive: true, signal });
    await expectUnharmed();
  });

  it("pipes, devices and sockets are refused without waiting for them", async () => {
    execFileSync("mkfifo", [join(inside, "pipe")]);
    const server = createServer().listen(join(inside, "socket"));
    onTestFinished(() => void server.close());
    await symlink("/dev/zero", join(inside, "zero"));
    for (const name of ["pipe", "socket", "zero"]) {
      await expect(readText(guard, name, {}, limits)).rejects.toHaveProperty("hint");
      await expect(readMedia(guard, name)).rejects.toHaveProperty("hint");
      await expect(writeContent(guard, name, "attack", {})).rejects.toHaveProperty("hint");
      await expect(appendContent(guard, name, "attack")).rejects.toHaveProperty("hint");
      await expect(copyFile(guard, name, "stolen", { signal })).rejects.toHaveProperty("hint");
    }
    const devices = await createPathGuard({ directories: ["/dev"] });
    await expect(readText(devices, "zero", {}, limits)).rejects.toThrow("not a regular file");
    await expect(writeContent(devices, "full", "x", {})).rejects.toThrow("not a regular file");
  });

  it("/proc and /sys are refused even when the root is allowed", async () => {
    const root = await createPathGuard({ directories: ["/"] });
    await symlink("/proc/self/environ", join(inside, "environ"));
    for (const path of ["/proc/self/environ", "/sys/kernel", "/proc", join(inside, "environ")]) {
      await expect(readText(root, path, {}, limits), path).rejects.toThrow("ordinary files");
      await expect(listDirectory(root, path), path).rejects.toThrow("ordinary files");
    }
  });

  it("hard links: strict refuses to write through a second name", async () => {
    await link(join(outside, "file.txt"), join(inside, "second-name"));
    const strict = await createPathGuard({ directories: [inside], strict: true });
    await expect(writeContent(strict, "second-name", "attack", {})).rejects.toThrow("hard links");
    await expect(appendContent(strict, "second-name", "attack")).rejects.toThrow("hard links");
    // Without it the name gets a file of its own, and the one outside stays as it is.
    await writeContent(guard, "second-name", "attack", {});
    await expectUnharmed();
  });

  it.each([
    ["64 KB in one name", "n".repeat(65_536)],
    ["64 KB in many names", "d/".repeat(32_768)],
    ["64 KB of parents", "../".repeat(21_845)],
    ["64 KB of three-byte characters", "世".repeat(21_845)],
    ["a name just too long", "n".repeat(256)],
    ["NUL", "file.txt\0.png"],
    ["a network path", "\\\\server\\share\\file.txt"],
    ["a drive", "C:\\file.txt"],
  ])("paths: %s", (_, path) => expectAllRefused(path));

  it("ReDoS: regular expressions and globs that backtrack are ended, plain ones still work", async () => {
    await writeFile(join(inside, "long.txt"), `${"a".repeat(5000)}!\n`);
    const nasty = "a".repeat(200);
    await writeFile(join(inside, nasty), "");
    const from = { file: "", skip: 0 };
    const text = { maxMatches: 9, respectGitignore: false, from, budget: 80_000 };
    for (const pattern of ["(a+)+$", "(a|a)*$", "(a*)*b", "([a-z]+)*\\d"]) {
      const search = searches.contents(guard, "", { ...text, pattern, regex: true }, me);
      await expect(search, pattern).rejects.toThrow("too long");
    }
    for (const pattern of [`${"*a".repeat(30)}b`, `${"+(a|aa)".repeat(8)}b`]) {
      const search = searches.names(guard, "", { pattern, from, budget: 80_000 }, me);
      await expect(search, pattern).rejects.toThrow("too long");
    }
    const plain = { ...text, pattern: "^ins", regex: true };
    const search = searches.contents(guard, "", plain, me);
    expect((await search).matches).toHaveLength(2);
    const globs = { ...text, pattern: "a", glob: `${"*a".repeat(60)}b` };
    expect((await searches.contents(guard, "", globs, me)).matches).toEqual([]);
    await writeFile(join(inside, ".gitignore"), `${"*a".repeat(60)}b\n${"**/a/".repeat(40)}\n`);
    const ignoring = { ...text, pattern: "inside", respectGitignore: true };
    expect((await searches.contents(guard, "", ignoring, me)).matches).toHaveLength(2);
  });

  it("git: nothing is written where git would run or follow it", async () => {
    await mkdir(join(inside, "repo/.git/hooks"), { recursive: true });
    for (const path of ["hooks/pre-commit", "config", "commondir", "modules/x/config"]) {
      const attack = writeContent(guard, `repo/.git/${path}`, "#!/bin/sh\n", {});
      await expect(attack, path).rejects.toThrow("protected");
    }
    await expect(writeContent(guard, "other/../.git", "gitdir: x", {})).rejects.toThrow(
      "protected",
    );
    await mkdir(join(inside, "evil"));
    await expect(moveFile(guard, "evil", "new/.git", { signal })).rejects.toThrow("protected");
    await expect(copyFile(guard, "evil", ".GIT", { signal })).rejects.toThrow("protected");
    await expect(createFolder(guard, "x/.git/hooks")).rejects.toThrow("protected");
  });
});

describe("a second process swaps links during", () => {
  /** Calls `attempt` 10,000 times, four at once, and on until the swapping has been felt. */
  async function race(attempt: (round: number) => Promise<unknown>) {
    const swapper = startScript("swapper.ts", [inside, outside]);
    onTestFinished(() => kill(swapper));
    await firstWords(swapper);
    let [round, done, refused] = [0, 0, 0];
    const work = async () => {
      while (round < 10_000 || (refused === 0 && round < 50_000)) {
        round++;
        try {
          await attempt(round - 1);
          done++;
        } catch (error) {
          expect(error).toHaveProperty("hint");
          refused++;
        }
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    expect(swapper.exitCode).toBeNull();
    await kill(swapper);
    expect(Math.min(done, refused)).toBeGreaterThan(0);
  }

  it("10,000 reads: what is read is never from outside", async () => {
    const paths = ["victim/file.txt", "file.txt"];
    await race(async (round) => {
      const { text } = await readText(guard, paths[round % 2] ?? "", {}, limits);
      expect(text).toBe("inside");
    });
  });

  it("1,000 searches: neither text nor names from outside are found", async () => {
    await plant(inside, { "victim/deep/in.txt": "inside" });
    await plant(outside, { "deep/out.txt": "outside" });
    const from = { file: "", skip: 0 };
    const text = { maxMatches: 99, respectGitignore: true, from, budget: 80_000, pattern: "side" };
    const names = { pattern: "**/*", from, budget: 80_000 };
    const swapper = startScript("swapper.ts", [inside, outside]);
    onTestFinished(() => kill(swapper));
    await firstWords(swapper);
    let found = 0;
    for (let round = 0; round < 1000; round++) {
      const { matches } = await searches.contents(guard, "", text, me);
      expect(matches.filter((match) => match.text !== "inside")).toEqual([]);
      const { paths } = await searches.names(guard, "", names, me);
      expect(paths.filter((path) => path.includes("out.txt"))).toEqual([]);
      found += matches.length;
    }
    expect(swapper.exitCode).toBeNull();
    expect(found).toBeGreaterThan(0);
  });

  it("10,000 writes: nothing outside is created, changed or removed", async () => {
    const attacks = [
      () => writeContent(guard, "victim/new.txt", "attack", {}),
      () => writeContent(guard, "file.txt", "inside", {}),
      () => appendContent(guard, "victim/log.txt", "attack"),
      () => createFolder(guard, "victim/made/deep"),
      () => moveFile(guard, "victim/new.txt", "victim/file-2.txt", { signal, overwrite: true }),
      () => copyFile(guard, "victim/file-2.txt", "victim/copy.txt", { signal, overwrite: true }),
      () => deletePath(guard, "victim/made", { recursive: true, signal }),
      () => editFile(guard, "victim/log.txt", [{ oldText: "no", newText: "x" }], { signal }),
    ];
    await race((round) => attacks[round % attacks.length]?.() ?? Promise.resolve());
    expect(await readdir(outside)).toEqual(["file.txt"]);
    expect(await readFile(join(outside, "file.txt"), "utf8")).toBe("outside");
  });
});
