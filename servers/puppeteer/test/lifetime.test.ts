import { mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import { afterAll, beforeEach, describe, expect, onTestFinished } from "vitest";
import { browserTest, toExecutable, toVisit, visitAlone } from "./support/browser.ts";
import { descendants, living } from "./support/processes.ts";
import { createSite } from "./support/site.ts";

const main = new URL("../dist/main.cjs", import.meta.url);

/** The built server with a page open, and the processes it has started. */
async function start(more: Readonly<Record<string, string>> = {}) {
  const site = await createSite({
    "/": "<title>Here</title><p>hello</p><input type=file multiple>",
  });
  const folder = fileURLToPath(new URL("../src", import.meta.url));
  const args = ["--sandbox", "auto", "--allow-hosts", `localhost:${site.port}`];
  args.push("--upload-dirs", folder);
  const env = { ...more, TMPDIR: temporary };
  const client = await spawn(main, { args: [...args, ...toExecutable()], env });
  onTestFinished(async () => {
    await client.close();
    await site.close();
  });
  const { call } = toVisit(client);
  await call("navigate", { url: site.origin });
  const pids = await descendants(client.process.pid ?? 0);
  expect(pids.length).toBeGreaterThan(2);
  return { client, site, call, pids };
}

/** Where the server and its browser put what is to be gone after them. */
let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "fairlead-own-"));
});
afterAll(async () => {
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith("fairlead-own-"));
  await Promise.all(left.map((name) => rm(join(tmpdir(), name), { recursive: true })));
});
const added = () => readdir(temporary);

describe("no browser survives its server", () => {
  browserTest("when its client leaves", async () => {
    const { client, pids } = await start();
    await client.close();
    await expect.poll(() => living(pids), { timeout: 10_000 }).toEqual([]);
    expect(await added()).toEqual([]);
  });

  browserTest("when it is told to end (SIGTERM)", async () => {
    const { client, pids } = await start();
    client.process.kill("SIGTERM");
    await client.exited;
    await expect.poll(() => living(pids), { timeout: 10_000 }).toEqual([]);
    expect(await added()).toEqual([]);
  });

  browserTest("when it is killed (SIGKILL), and the next one tidies up", async () => {
    const { client, pids } = await start();
    client.process.kill("SIGKILL");
    await client.exited;
    await expect.poll(() => living(pids), { timeout: 10_000 }).toEqual([]);
    const left = await added();
    expect(left.length).toBeLessThanOrEqual(1);
    const old = new Date(Date.now() - 3_600_000);
    for (const name of left) await utimes(join(temporary, name), old, old);
    const next = await start();
    await next.client.close();
    await expect.poll(added, { timeout: 10_000 }).toEqual([]);
  });
});

browserTest("a browser killed in the middle of a call is started anew", async () => {
  const { client, site, call, pids } = await start();
  const [browser] = pids;
  const waiting = client.callTool("puppeteer_evaluate", { script: "new Promise(() => {})" });
  // Another page answers, so the call above is under way.
  await call("tabs");
  process.kill(browser ?? 0, "SIGKILL");
  const { isError, text } = await waiting;
  expect(isError).toBe(true);
  expect(text).toContain("went away");
  await expect.poll(() => living(pids), { timeout: 10_000 }).toEqual([]);
  expect(await call("navigate", { url: site.origin })).toContain("Here");
  expect(await call("get_text")).toBe("hello");
});

browserTest("a renderer that crashes takes its page with it and nothing else", async () => {
  const { client, site, call, pids } = await start();
  const [browser] = pids;
  for (const pid of await calledWith(pids, "--type=renderer")) process.kill(pid, "SIGKILL");
  await expect
    .poll(async () => (await client.callTool("puppeteer_tabs")).text)
    .toBe('{"pages":[]}');
  expect(await call("navigate", { url: site.origin })).toContain("Here");
  expect(await living([browser ?? 0])).toEqual([browser]);
});

browserTest("500 navigations leave no page, process or file behind", async () => {
  const { client, site, call, pids } = await start();
  for (let i = 0; i < 490; i += 1) await call("navigate", { url: `${site.origin}/?${i}` });
  for (let i = 0; i < 10; i += 1) {
    await call("tabs", { action: "new", url: `${site.origin}/?tab${i}` }).catch(() => "");
    await call("tabs", { action: "close" });
  }
  const { structuredContent } = await client.callTool("puppeteer_tabs");
  expect(structuredContent).toMatchObject({ pages: [{ title: "Here" }] });
  const now = await descendants(client.process.pid ?? 0);
  // Chrome keeps a spare renderer or two.
  expect(now.length).toBeLessThanOrEqual(pids.length + 3);
  await client.close();
  await expect.poll(() => living([...pids, ...now]), { timeout: 10_000 }).toEqual([]);
  expect(await added()).toEqual([]);
});

browserTest("copies of uploaded files go with their page, and with their server", async () => {
  const { client, call, site } = await start();
  const copies = async () => (await added()).filter((name) => name.includes("upload"));
  const upload = { selector: "input", paths: ["index.ts", "main.ts"] };
  await call("upload_file", upload);
  expect(
    await call("evaluate", { script: "document.querySelector('input').files.length" }),
  ).toContain("2");
  expect(await copies()).toHaveLength(1);
  await call("tabs", { action: "close" });
  await expect.poll(copies).toEqual([]);
  await call("navigate", { url: site.origin });
  await call("upload_file", upload);
  await client.close();
  expect(await added()).toEqual([]);
});

browserTest("a browser inherits what it needs and none of its server's secrets", async () => {
  const kept = { LANG: "C.UTF-8", TZ: "Europe/Paris", LC_TIME: "C" };
  const secret = "not-for-browsers";
  const { pids } = await start({
    ...kept,
    DATABASE_TOKEN: secret,
    HTTPS_PROXY: `http://${secret}.test:3128`,
    SSLKEYLOGFILE: join(temporary, secret),
    LD_PRELOAD: "",
    PUPPETEER_SECRET: secret,
  });
  const environments = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/environ`, "latin1").catch(() => "")),
  );
  const all = environments.join("\0");
  for (const [name, value] of Object.entries(kept)) expect(all).toContain(`${name}=${value}\0`);
  expect(all).toContain(`TMPDIR=${temporary}\0`);
  expect(all).not.toContain(secret);
  expect(await added()).not.toContain(secret);
});

describe("--sandbox", () => {
  browserTest(
    "on, the default: where it cannot start the call says so, and names the flag",
    async () => {
      const { client, site } = await visitAlone({ "/": "" }, { sandbox: "on" });
      const { isError, text } = await client.callTool("puppeteer_navigate", { url: site.origin });
      // As an ordinary user on a permissive kernel it starts, and that is right too.
      if (isError) expect(text).toContain("--sandbox auto");
      else expect(text).toContain("Navigated");
    },
  );

  browserTest("auto tells the operator when it went without", async () => {
    const { client, call } = await start();
    await call("tabs");
    const [browser] = await descendants(client.process.pid ?? 0);
    const command = await commandOf(browser);
    expect(client.stderr().includes("without its sandbox")).toBe(command.includes("--no-sandbox"));
    expect(command).not.toContain("--remote-debugging-port");
    expect(command).toContain("--remote-debugging-pipe");
  });
});

afterAll(async () => {
  const own = await descendants(process.pid);
  expect(await living(await calledWith(own, "--remote-debugging-pipe"))).toEqual([]);
});

/** Those of the processes whose command line holds these words. */
async function calledWith(pids: readonly number[], words: string): Promise<number[]> {
  const commands = await Promise.all(pids.map(commandOf));
  return pids.filter((_, at) => commands[at]?.includes(words));
}

function commandOf(pid: number | undefined): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
}
