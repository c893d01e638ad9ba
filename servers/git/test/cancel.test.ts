import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { call, createOwner, start, temporaryDirectory } from "./support/repo.ts";

/** The git processes that work on something below a directory. */
function findProcesses(word: string): string[] {
  const list = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
  return list.split("\n").filter((line) => line.includes(word) && !line.includes("ps -eo"));
}

it("a cancelled call ends its git process and those git started", async () => {
  const top = await temporaryDirectory();
  await createOwner(join(top, "repo"));
  // Accepts and says nothing, so that git waits until somebody ends it.
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const address = silent.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const client = await start([top], { allowProtocols: ["http"], allowHosts: [host] });
  const url = `http://${host}/x.git`;
  const id = 77;
  const pending = client
    .request(
      "tools/call",
      { name: "git_clone", arguments: { url, destination: join(top, "c") } },
      id,
    )
    .catch(() => {});
  await vi.waitFor(() => expect(findProcesses(url).length).toBeGreaterThan(1), 10_000);
  client.notify("notifications/cancelled", { requestId: id, reason: "enough" });
  await vi.waitFor(() => expect(findProcesses(url)).toEqual([]), 10_000);
  await client.close();
  await pending;
});

it("huge output is read no further than it is shown", async () => {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"));
  const big = Buffer.alloc(40 * 1024 * 1024, "a line of text that is long enough\n");
  await owner.commit("big", { "big.txt": big });
  const client = await start([top]);
  const at = { repo_path: owner.path };
  const shown = await call(client, "git_show", { ...at, revision: "HEAD" });
  expect(shown.text.length).toBeLessThan(81_000);
  expect(shown.text).toContain("[Cut:");
  const args = { ...at, revision: "HEAD", path: "big.txt" };
  await expect(call(client, "git_read_file", args)).rejects.toThrow("8 MB");
  const found = await call(client, "git_grep", { ...at, pattern: "line" });
  expect(found.text.length).toBeLessThan(81_000);
  expect(findProcesses(owner.path)).toEqual([]);
});

it("thousands of commits are paged without end or gap", async () => {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"), { empty: true });
  const count = 3000;
  const stream = Array.from({ length: count }, (_, i) => {
    const text = `commit ${i} ünï`;
    const size = Buffer.byteLength(text);
    const who = `Ann <ann@example.org> ${1_700_000_000 + i} +0000`;
    return `commit refs/heads/main\ncommitter ${who}\ndata ${size}\n${text}\nM 100644 inline f${i % 50}\ndata 2\n${i % 10}\n\n`;
  });
  execFileSync("git", ["fast-import", "--quiet"], { cwd: owner.path, input: stream.join("") });
  const client = await start([top]);
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const args = { repo_path: owner.path, max_count: 1000, ...(cursor && { cursor }) };
    const { output, text } = await call(client, "git_log", args);
    expect(text.length).toBeLessThan(81_000);
    for (const { sha } of output.commits) seen.add(sha);
    cursor = output.next_cursor;
  } while (cursor);
  expect(seen.size).toBe(count);
});

it("the bin carries no copy of simple-git, which npm installs", () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  expect(Object(manifest).dependencies).toEqual({ "simple-git": "catalog:" });
});
