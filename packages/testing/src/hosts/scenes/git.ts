import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { toLines } from "../media.ts";
import { toGitEnvironment } from "../own-git.ts";
import type { Scene } from "../scene.ts";

const run = promisify(execFile);

export const git: Scene = {
  server: "git",
  async open(folder) {
    const repository = join(folder, "repository");
    return {
      async prepare() {
        await rm(repository, { recursive: true, force: true });
        await createRepository(repository);
        const author = ["--author-name", "Bo Birch", "--author-email", "bo@example.org"];
        return {
          args: ["--repository", repository, ...author],
          env: {},
          calls: toCalls(repository),
        };
      },
      close: () => rm(repository, { recursive: true, force: true }),
    };
  },
};

async function createRepository(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const write = (name: string, text: string) => writeFile(join(path, name), text);
  const inside = (date: string, ...args: string[]) =>
    run("git", ["-C", path, ...args], {
      env: {
        ...toGitEnvironment(),
        ...{ GIT_AUTHOR_NAME: "Ann Alder", GIT_AUTHOR_EMAIL: "ann@example.org" },
        ...{ GIT_COMMITTER_NAME: "Ann Alder", GIT_COMMITTER_EMAIL: "ann@example.org" },
        ...{ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      },
    });
  await inside("", "init", "--quiet", "--initial-branch", "main");
  for (let n = 1; n <= 12; n += 1) {
    await write("orchard.txt", toLines(n * 5, "Apple tree"));
    if (n === 1)
      await write("ledger.txt", toLines(1500, "Harvest of the northern orchard, basket"));
    const date = `2026-01-${String(n).padStart(2, "0")}T10:00:00Z`;
    await inside(date, "add", ".");
    const message = `Plant row ${n}\n\nRow ${n} stands by the hedge.`;
    await inside(date, "commit", "--quiet", "--message", message);
  }
  await inside("", "branch", "grafting", "HEAD~3");
  await inside("", "tag", "harvest");
  await write("orchard.txt", toLines(3, "Pear tree"));
  await write("ledger.txt", toLines(1500, "Harvest of the southern orchard, basket"));
  await write("fresh.txt", "Quince\n");
}

function toCalls(repo_path: string) {
  const call = (tool: string, given: object = {}) => ({ tool, arguments: { repo_path, ...given } });
  const refused = (tool: string, given: object) => ({ ...call(tool, given), refused: true });
  return [
    call("git_status"),
    call("git_diff_unstaged", { paths: ["orchard.txt"] }),
    call("git_diff_unstaged"),
    call("git_diff_unstaged", { stat_only: true }),
    call("git_add", { files: ["orchard.txt", "fresh.txt"] }),
    call("git_diff_staged"),
    call("git_reset", { paths: ["fresh.txt"] }),
    call("git_commit", { message: "Uproot the apples\n\nPears stand there now." }),
    call("git_diff", { target: "harvest", paths: ["orchard.txt"] }),
    refused("git_diff", { target: "nowhere" }),
    call("git_log", { max_count: 4, ref: "harvest" }),
    call("git_log", { ref: "harvest", grep: "row 7" }),
    call("git_show", { revision: "harvest" }),
    call("git_show", { revision: "harvest~11" }),
    call("git_branch", { branch_type: "local" }),
    call("git_create_branch", { branch_name: "pruning", base_branch: "harvest" }),
    call("git_checkout", { branch_name: "pruning" }),
    refused("git_checkout", { branch_name: "nowhere" }),
  ];
}
