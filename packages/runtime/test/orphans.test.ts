import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { eventually, isAlive } from "./fixture/process.ts";

const host = fileURLToPath(new URL("fixture/host.ts", import.meta.url));
/** Hosts, and what holds their pipes: one that a failed test leaves keeps the runner waiting. */
const started: ChildProcess[] = [];
const everStarted = new Set<number>();
/** Hundreds of starts need not compile the same files hundreds of times. */
const cache = mkdtempSync(join(tmpdir(), "fairlead-orphans-"));

afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  // What a failed test leaves behind is ended by its own pid.
  for (const pid of everStarted) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  rmSync(cache, { recursive: true, force: true });
});

/** The reading end of a pipe whose other end is held by a process that outlives every host. */
function createHeldPipe() {
  const holder = spawn("sleep", ["300"], { stdio: ["ignore", "pipe", "ignore"] });
  started.push(holder);
  return holder.stdout;
}

/** Starts a host with servers, kills it once they have got so far, and gives their pids. */
async function orphan(count: number, stdin: "held" | "own", until: "started" | "up") {
  const child = spawn(process.execPath, [host, String(count), stdin], {
    stdio: [stdin === "held" ? createHeldPipe() : "ignore", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: cache },
  });
  started.push(child);
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const pids = (what: string) =>
    said.split("\n").flatMap((line) => {
      const [pid, word] = line.split(" ");
      return word === what ? [Number(pid)] : [];
    });
  await eventually(() => expect(pids("started")).toHaveLength(count));
  for (const pid of pids("started")) everStarted.add(pid);
  await eventually(() => expect(pids(until)).toHaveLength(count));
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  return pids("started");
}

async function expectGone(pids: readonly number[]): Promise<void> {
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]), 150_000);
  for (const pid of pids) everStarted.delete(pid);
}

test.concurrent("312 servers whose host is killed leave no process behind", async () => {
  const ways = [
    ["own", "up"],
    ["held", "up"],
    ["own", "started"],
  ] as const;
  let count = 0;
  for (let round = 0; round < 4; round += 1) {
    for (const [stdin, until] of ways) {
      const pids = await orphan(26, stdin, until);
      await expectGone(pids);
      count += pids.length;
    }
  }
  expect(count).toBe(312);
}, 240_000);

test.concurrent("nor do those that were orphans before they could look, with their input held", async () => {
  const pids = await orphan(8, "held", "started");
  // Another process than init may adopt orphans; then nothing tells them from its own children.
  const adopted = pids.filter((pid) => isAlive(pid) && parentOf(pid) === 1);
  await expectGone(adopted);
}, 240_000);

function parentOf(pid: number): number {
  if (process.platform !== "linux") return 1;
  const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  return Number(rest.split(" ")[1]);
}
