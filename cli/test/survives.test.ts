import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dial, hangUp, neverRead, sendInPieces, toCall, toPost } from "./support/clients.ts";
import { findChildren, forgetPeak, readResident } from "./support/process.ts";
import { badAnswers } from "./support/upstream.ts";
import { createWorld } from "./support/world.ts";

// A page, a repository, a document, an API or a client ends no server: seven of them in one process,
// and after each way tried every one of them answers, from the same process and within bounds.

/** MiB the process may have at its height, garbage that nobody has collected yet included. */
const most = 1_000;

const world = await createWorld();
const table: string[] = [];

beforeAll(async () => {
  await expectAllAnswer();
  record("(idle, all seven used once)");
});

afterAll(async () => {
  const head = "| way | alive | MiB after | MiB at its height |\n|---|---|---|---|";
  process.stdout.write(`\n${[head, ...table].join("\n")}\n`);
  await world.close();
});

function url(name: string): string {
  return world.urls.get(name) ?? "";
}

function session(name: string): Session {
  const found = world.sessions.get(name);
  if (found === undefined) throw new Error(`There is no server ${name}.`);
  return found;
}

/** The text of an answer, or of the error in its place. */
async function call(name: string, tool: string, args: Record<string, unknown> = {}, ms = 15_000) {
  const signal = AbortSignal.timeout(ms);
  return JSON.stringify(
    await session(name)
      .call(tool, args, { signal })
      .catch((error: unknown) => String(error)),
  );
}

const everyday: Readonly<Record<string, () => Promise<string>>> = {
  filesystem: () => call("filesystem", "list_directory", { path: world.directory }),
  git: () => call("git", "git_status", { repo_path: world.repository }),
  postgres: () => call("postgres", "query", { sql: "SELECT 1 AS one" }),
  github: () => call("github", "get_me"),
  slack: () => call("slack", "slack_list_channels"),
  gdrive: () => call("gdrive", "read_file_content", { file_id: "note" }),
  puppeteer: () => call("puppeteer", "puppeteer_navigate", { url: world.site.origin }),
};
const words: Readonly<Record<string, string>> = {
  filesystem: "repository",
  git: "main",
  postgres: "one",
  github: "octocat",
  slack: "general",
  gdrive: "still here",
  puppeteer: "Here",
};

async function expectAllAnswer() {
  const all = [...world.urls].map(async ([name, address]) => {
    const ping = await fetch(address, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
    });
    expect(await ping.json(), name).toMatchObject({ id: 1, result: {} });
    expect(await everyday[name]?.(), name).toContain(words[name]);
  });
  await Promise.all(all);
}

function record(way: string) {
  const memory = readResident(world.pid);
  table.push(`| ${way} | ${world.isAlive()} | ${memory?.now ?? "?"} | ${memory?.peak ?? "?"} |`);
  return memory;
}

/** One way to harm the process; in its words what became of the call itself. */
function way(name: string, attempt: () => Promise<unknown>) {
  test(name, async () => {
    forgetPeak(world.pid);
    try {
      await attempt();
      await expectAllAnswer();
    } finally {
      const memory = record(name);
      expect(world.isAlive(), world.stderr()).toBe(true);
      if (memory !== undefined) {
        expect(memory.peak).toBeLessThan(most);
      }
    }
  });
}

describe("clients", () => {
  const post = (body: string, more: Readonly<Record<string, string>> = {}) =>
    fetch(url("filesystem"), {
      method: "POST",
      headers: { "content-type": "application/json", ...more },
      body,
    }).then(({ status }) => status, String);
  const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`;

  way("ten JSON bodies of 4 MB at once", async () => {
    const body = toCall("read_text_file", { path: "x".repeat(4_000_000) });
    await Promise.all(Array.from({ length: 10 }, () => post(body)));
  });

  way("a body of 64 MB", async () => {
    await post(
      `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"${"x".repeat(64_000_000)}"}}`,
    );
  });

  way("100,000 levels of nesting, in lists and in objects", async () => {
    const depth = 100_000;
    const deep = [
      "[".repeat(depth) + "]".repeat(depth),
      `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
    ];
    for (const value of deep) {
      const args = `{"name":"read_text_file","arguments":{"path":${value}}}`;
      await post(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${args}}`);
    }
  });

  way("300,000 keys", async () => {
    const keys = Array.from({ length: 300_000 }, (_, n) => `"${n}":0`).join(",");
    const params = `{"name":"read_text_file","arguments":{${keys}}}`;
    await post(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
  });

  way("a body of 3 MB in 300,000 pieces", async () => {
    expect(await sendInPieces(url("filesystem"), 3_000_000)).toBe(200);
  });

  way("50 clients that each ask ten times for a file and never read", async () => {
    const path = join(world.directory, "long.txt");
    writeFileSync(path, "x".repeat(4_000_000));
    await neverRead(url("filesystem"), toCall("read_text_file", { path }), 2_000);
  });

  way("200 clients that hang up in the middle of a query", async () => {
    await hangUp(url("postgres"), toCall("query", { sql: "SELECT pg_sleep(1)" }), 200);
  });

  way("200 bodies that never end, then resets", async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => dial(url("git"))));
    for (const socket of sockets) socket.write(toPost(url("git"), ping).slice(0, -5));
    for (const socket of sockets) socket.resetAndDestroy();
  });

  way("500 unknown sessions, called, listened to and ended", async () => {
    for (let n = 0; n < 500; n += 50) {
      const some = Array.from({ length: 50 }, async (_, at) => {
        const headers = { "mcp-session-id": `unknown-${n + at}`, accept: "text/event-stream" };
        await post(ping, headers);
        await fetch(url("slack"), { headers }).then((answer) => answer.body?.cancel());
        await fetch(url("slack"), { method: "DELETE", headers }).then((answer) => answer.text());
      });
      await Promise.all(some);
    }
  });

  way("sessions opened by 500 clients that never come back", async () => {
    const params = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "x", version: "1" },
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
    for (let n = 0; n < 500; n += 50) {
      await Promise.all(Array.from({ length: 50 }, () => post(body)));
    }
  });
});

const hasBrowser = world.urls.has("puppeteer");
if (!hasBrowser) {
  expect(process.env["FAIRLEAD_REQUIRE"], "no browser on this machine").not.toBe("all");
  process.stderr.write("NOT RUN, no Chrome or Chromium was found: the ways of pages\n");
}

describe.runIf(hasBrowser)("pages", () => {
  const look = (tool: string, args: Record<string, unknown> = {}) =>
    call("puppeteer", `puppeteer_${tool}`, args, 40_000);

  way("a page that logs 40 lines of a megabyte", async () => {
    await look("navigate", { url: `${world.site.origin}/lines` });
    await look("console_messages");
  });

  way("a snapshot of a page of 150,000 nodes", async () => {
    await look("navigate", { url: `${world.site.origin}/rows` });
    // The browser may take longer to lay the page out than a navigation waits.
    await expect.poll(() => look("snapshot"), { timeout: 50_000 }).toContain("row 0");
  });

  way("a value of 30 MB of a page", async () => {
    await look("navigate", { url: world.site.origin });
    await look("evaluate", { script: "'x'.repeat(30_000_000)" });
  });

  way("a script that never ends", async () => {
    await look("evaluate", { script: "for (;;) {}", timeout_ms: 500 });
  });

  way("a browser that is killed in the middle of a call", async () => {
    const waiting = look("evaluate", { script: "new Promise(() => {})" });
    await new Promise((done) => setTimeout(done, 300));
    for (const pid of findChildren(world.pid, "chrom")) process.kill(pid, "SIGKILL");
    await waiting;
  });
});

describe("repositories", () => {
  const commit = () => {
    const identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
    execFileSync("git", [...identity, "commit", "--quiet", "--allow-empty", "-m", "one"], {
      cwd: world.repository,
    });
  };
  const inRepository = (tool: string, args: Record<string, unknown> = {}) =>
    call("git", tool, { repo_path: world.repository, ...args });

  way("40,000 ignore rules", async () => {
    const path = join(world.repository, "ignoring");
    mkdirSync(path);
    const rules = Array.from({ length: 40_000 }, (_, n) => `build-${n}/*.o`);
    writeFileSync(join(path, ".gitignore"), rules.join("\n"));
    for (let n = 0; n < 50; n += 1) writeFileSync(join(path, `f${n}.txt`), "needle");
    await call("filesystem", "search_file_contents", { path, pattern: "needle" });
    await inRepository("git_status");
    rmSync(path, { recursive: true });
  });

  way("a line of 3 MB, shown, searched, compared and blamed", async () => {
    writeFileSync(join(world.repository, "long.txt"), `${"y".repeat(3_000_000)}needle`);
    execFileSync("git", ["add", "long.txt"], { cwd: world.repository });
    await inRepository("git_diff_staged");
    commit();
    await inRepository("git_grep", { pattern: "needle" });
    await inRepository("git_read_file", { path: "long.txt", revision: "HEAD" });
    await inRepository("git_show", { revision: "HEAD" });
    await inRepository("git_blame", { path: "long.txt" });
  });

  way("200 levels of folders with ignore files", async () => {
    const root = join(world.repository, "deep");
    mkdirSync(root);
    let path = root;
    for (let level = 0; level < 200; level += 1) {
      path = join(path, "d");
      mkdirSync(path);
      writeFileSync(join(path, ".gitignore"), "*.o\n!keep.o\n");
    }
    writeFileSync(join(path, "deep.txt"), "needle");
    await call("filesystem", "search_file_contents", { path: root, pattern: "needle" });
    await call("filesystem", "search_files", { path: root, pattern: "**/*.txt" });
    await call("filesystem", "directory_tree", { path: root });
    rmSync(root, { recursive: true });
  });

  way("a config of 30,000 keys", async () => {
    const keys = Array.from({ length: 30_000 }, (_, n) => `[s "${n}"]\n\tkey${n} = value\n`);
    const config = join(world.repository, ".git/config");
    const before = readFileSync(config);
    appendFileSync(config, keys.join(""));
    for (const tool of ["git_status", "git_log"]) await inRepository(tool);
    writeFileSync(config, before);
  });
});

describe("documents", () => {
  way("a file of one line of 4 MB, read, searched, edited", async () => {
    const path = join(world.directory, "one-line.txt");
    writeFileSync(path, `${"z".repeat(4_000_000)} needle`);
    await call("filesystem", "read_text_file", { path });
    await call("filesystem", "search_file_contents", { path, pattern: "needle" });
    const edits = [{ oldText: "needle", newText: "pin" }];
    await call("filesystem", "edit_file", { path, edits });
  });

  way("a Word file of 500 kB that unpacks to 500 MB", async () => {
    expect(await call("gdrive", "read_file_content", { file_id: "bomb" })).toContain("unpack");
  });
});

describe("databases", () => {
  const query = (sql: string) => call("postgres", "query", { sql });

  way("a connection cut while a query runs", async () => {
    const running = query("SELECT pg_sleep(30)");
    await new Promise((done) => setTimeout(done, 500));
    world.hop.cut();
    await running;
  });

  way("a database that says nothing more in the middle of a query", async () => {
    const running = query("SELECT count(*) FROM generate_series(1, 3000000)");
    world.hop.freeze();
    await new Promise((done) => setTimeout(done, 500));
    world.hop.cut();
    world.hop.thaw();
    await running;
  });

  way("a value of 30 MB, and 100 MB of rows", async () => {
    await query("SELECT repeat('x', 30000000)");
    await query("SELECT repeat('x', 1000) FROM generate_series(1, 100000)");
  });
});

describe("APIs of GitHub, Slack and Drive that answer with", () => {
  const ask = () => [
    call("github", "search_repositories", { query: "x" }, 2_000),
    call("slack", "slack_get_channel_history", { channel_id: "C000GENERAL" }, 2_000),
    call("gdrive", "list_recent_files", {}, 2_000),
  ];

  for (const [what, answer] of Object.entries(badAnswers)) {
    way(what, async () => {
      for (const upstream of world.upstreams.values()) upstream.answer = answer;
      try {
        await Promise.all(ask());
      } finally {
        for (const upstream of world.upstreams.values()) upstream.answer = undefined;
      }
    });
  }
});
