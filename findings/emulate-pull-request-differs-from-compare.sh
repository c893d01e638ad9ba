#!/bin/sh
# emulate 0.12.2: a pull request of the emulated GitHub has no files, and its base among its commits.
#
# A branch is one commit ahead of main, which adds a file of two lines, and a pull request asks to merge
# it. One would expect what GitHub answers, as the README calls every endpoint fully stateful: 1 commit,
# 1 changed file, 2 additions. The pull request says 2, 0 and 0, its list of files is empty, and its list
# of commits has the commit that main is at. The comparison of the same two commits has it right.
#
# Seen: pull request: 2 commits, 0 files, +0; its lists: 2 commits, 0 files
#       compared: 1 commits, 1 files, +2
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >package.json <<'END'
{ "type": "module", "private": true }
END
npm install --silent --no-audit --no-fund --ignore-scripts emulate@0.12.2
cat >show.mjs <<'END'
import { deepStrictEqual } from "node:assert";
import { createEmulator } from "emulate";

const repos = [{ owner: "octocat", name: "hello", auto_init: true }];
const github = await createEmulator({
  service: "github",
  port: 0,
  seed: {
    tokens: { "a-token": { login: "octocat", scopes: ["repo"] } },
    github: { users: [{ login: "octocat" }], repos },
  },
});
async function ask(method, path, body) {
  const headers = { authorization: "Bearer a-token", "content-type": "application/json" };
  const url = `${github.url}/repos/octocat/hello${path}`;
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const format = ([commits, files, added]) =>
  `${commits} commits, ${files} files${added === undefined ? "" : `, +${added}`}`;

try {
  const { object } = await ask("GET", "/git/ref/heads/main");
  await ask("POST", "/git/refs", { ref: "refs/heads/topic", sha: object.sha });
  const content = Buffer.from("one\ntwo\n").toString("base64");
  await ask("PUT", "/contents/new.txt", { message: "Add new.txt", content, branch: "topic" });
  const { number } = await ask("POST", "/pulls", { title: "New", head: "topic", base: "main" });
  const pull = await ask("GET", `/pulls/${number}`);
  const commits = await ask("GET", `/pulls/${number}/commits`);
  const files = await ask("GET", `/pulls/${number}/files`);
  const compared = await ask("GET", `/compare/${pull.base.sha}...${pull.head.sha}`);
  const [file] = compared.files;
  const said = [pull.commits, pull.changed_files, pull.additions];
  const right = [compared.total_commits, compared.files.length, file.additions];
  console.log(
    `pull request: ${format(said)}; its lists: ${format([commits.length, files.length])}`,
  );
  console.log(`compared: ${format(right)}`);
  deepStrictEqual(said, [2, 0, 0]);
  deepStrictEqual([commits.length, commits[0].sha, files], [2, pull.base.sha, []]);
  deepStrictEqual([...right, file.filename], [1, 1, 2, "new.txt"]);
} finally {
  await github.close();
}
END
node show.mjs
