// Sessions of 2025 behind nginx with the lines of docs/replicas.md, which keep a client at its replica.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { findNginx, Replicas, toConfig } from "@fairlead/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin } from "./bin.ts";
import type { Json } from "./modern.ts";
import { rule, ruleAll } from "./referee.ts";
import { scenariosOf } from "./scenarios.ts";

const equipped = findNginx();
const document = readFileSync(new URL("../../../docs/replicas.md", import.meta.url), "utf8");
const [, block = ""] = /^```nginx\n(.*?)^```$/ms.exec(document) ?? [];
const revisions = ["2025-06-18", "2025-11-25"] as const;

let sticky: Replicas;
beforeAll(async () => {
  if (equipped) sticky = await start("sticky");
});
afterAll(async () => {
  await sticky?.close();
});

/** Starts replicas with sessions, behind the lines of the document or behind the config as it is. */
function start(routing: "sticky" | "any"): Promise<Replicas> {
  const key = randomBytes(32).toString("base64");
  return Replicas.start({
    bin,
    args: ["--max-stream-seconds", "1"],
    env: { FAIRLEAD_STATE_KEYS: key },
    edit(config, { hosts, port }) {
      const shown = toConfig({ "proxy_buffering off;": `${reply} proxy_buffering off;` }, config);
      if (routing === "any") return shown;
      const servers = hosts.map((host, at) => [`10.0.0.1${at + 1}:3000`, `${host}:${port}`]);
      const upstream = toConfig(Object.fromEntries(servers), block);
      const pass = /set \$replicas mcp;\s+proxy_pass [^;]+;/;
      if (!pass.test(shown)) throw new Error("nginx.conf has no proxy_pass to replace.");
      return toConfig({ "  server {": `${upstream}\n  server {` }, shown).replace(
        pass,
        "proxy_pass http://replicas;",
      );
    },
  });
}

/** The tests want to know who answered. */
const reply = "add_header Replica $upstream_addr always;";

/** Sends a message as a client that has this address. */
async function send(url: string, from: string, message: Json, headers: Record<string, string>) {
  const sent = request(url, {
    method: "POST",
    localAddress: from,
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
  });
  sent.end(JSON.stringify({ jsonrpc: "2.0", ...message }));
  const [response] = await once(sent, "response");
  const body = await text(response);
  return { status: Number(response.statusCode), headers: response.headers, body };
}

/** Opens a session from an address and calls a tool in it; gives who answered, and how. */
async function converse(url: string, from: string) {
  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bare", version: "1.0.0" },
  };
  const opened = await send(url, from, { id: 1, method: "initialize", params }, {});
  const session = {
    "mcp-session-id": String(opened.headers["mcp-session-id"]),
    "mcp-protocol-version": "2025-11-25",
  };
  const call = { id: 2, method: "tools/call", params: { name: "test_simple_text" } };
  const answers = [];
  for (let times = 0; times < 4; times += 1) answers.push(await send(url, from, call, session));
  return {
    session,
    replicas: new Set([opened, ...answers].map(({ headers }) => String(headers["replica"]))),
    statuses: new Set(answers.map(({ status }) => status)),
  };
}

/** A client each. */
const clients = Array.from({ length: 24 }, (_, at) => `127.0.1.${at + 1}`);

describe.skipIf(!equipped)("sessions of 2025 behind three replicas and nginx", () => {
  describe.for(revisions)("the referee at %s", (revision) => {
    let rulings: Awaited<ReturnType<typeof ruleAll>>;
    let passed = 0;
    beforeAll(async () => {
      rulings = await ruleAll(sticky.url, revision);
    });
    afterAll(() => {
      const sum = `${passed} of ${scenariosOf(revision).length} server scenarios pass`;
      process.stderr.write(`Conformance at ${revision} through nginx, with sessions: ${sum}\n`);
    });

    test.concurrent.for(scenariosOf(revision))("%s", async (scenario, context) => {
      const { verdict, report } =
        rulings.get(scenario) ?? (await rule(sticky.url, revision, scenario));
      context.expect(verdict, report).toBe("passes");
      passed += 1;
    });
  });

  test("a client stays at its replica, and clients are at all of them", async () => {
    const all = await Promise.all(clients.map((from) => converse(sticky.url, from)));
    for (const { replicas, statuses } of all) {
      expect([replicas.size, [...statuses]]).toEqual([1, [200]]);
    }
    expect(new Set(all.flatMap(({ replicas }) => [...replicas])).size).toBe(3);
  });

  test("requests of 2026-07-28 go to any replica, whoever sends them", async () => {
    const answered = new Set<string>();
    for (let times = 0; times < 60; times += 1) {
      const { headers, status } = await send(
        sticky.url,
        "127.0.0.1",
        { id: 1, method: "tools/list", params: { _meta: meta } },
        { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list" },
      );
      expect(status).toBe(200);
      answered.add(String(headers["replica"]));
    }
    expect(answered.size).toBe(3);
  });

  test("a client whose replica is gone is told so by another, and begins again there", async () => {
    const [from = ""] = clients;
    const before = await converse(sticky.url, from);
    const [place = ""] = before.replicas;
    const doomed = sticky.running.find(({ host }) => place.startsWith(`${host}:`));
    if (doomed === undefined) throw new Error(`${place} is not a replica.`);
    await sticky.kill(doomed);
    const list = { id: 2, method: "tools/list" };
    const lost = await send(sticky.url, from, list, before.session);
    expect(lost.status).toBe(404);
    const { statuses } = await converse(sticky.url, from);
    expect([...statuses]).toEqual([200]);
  });
});

test.skipIf(!equipped)("without those lines, sessions are lost between replicas", async () => {
  const any = await start("any");
  try {
    const all = await Promise.all(clients.map((from) => converse(any.url, from)));
    expect(all.some(({ statuses }) => statuses.has(404))).toBe(true);
  } finally {
    await any.close();
  }
});

const meta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "bare", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};
