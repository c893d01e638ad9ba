// A machine whose clock is set and whose disk fills up, under steady calls of official clients.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  connectTo,
  FaultLoad,
  type FaultTally,
  run,
  serveHttp,
  sessionClients,
  toAnswer,
  toFaultTable,
  type Work,
} from "@fairlead/testing";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { bin } from "./bin.ts";
import { ask, isJson, request } from "./modern.ts";

const fairlead = fileURLToPath(new URL("../../../cli/dist/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fairlead-faults-"));
const policyFile = join(folder, "policy.json");
const limits = [
  {
    ...{ per: ["principal"], rate: { perSecond: 1_000, burst: 1_000 }, concurrency: 50 },
    ...{ day: 1_000_000, month: 10_000_000 },
  },
];
const requests = { perSecond: 1_000, burst: 1_000 };
writeFileSync(policyFile, JSON.stringify({ rules: [{ match: {}, requests, limits }] }));
const tallies: FaultTally[] = [];

afterAll(() => {
  process.stderr.write(`Faults of the machine:\n${toFaultTable(tallies)}`);
  rmSync(folder, { recursive: true });
});

/** Sets the clock of a process that loads this first: to what a file says, and says when it has. */
const clock = join(folder, "clock.mjs");
writeFileSync(
  clock,
  `import { readFileSync, writeFileSync } from "node:fs";
const Real = Date;
let offset = 0;
globalThis.Date = class extends Real {
  constructor(...given) {
    if (given.length > 0) super(...given);
    else super(Real.now() + offset);
  }
  static now() { return Real.now() + offset; }
};
setInterval(() => {
  const now = Number(readFileSync(process.env.CLOCK, "utf8"));
  if (now === offset) return;
  offset = now;
  writeFileSync(process.env.CLOCK + ".seen", String(offset));
}, 20).unref();
`,
);

/** A server with all that keeps an account of calls, and clients of both eras. */
async function serve(auditFile: string, args: readonly string[] = [], env = {}) {
  const options = ["--audit-file", auditFile, "--policy-file", policyFile, "--metrics", "0"];
  const server = await serveHttp(bin, [...options, ...args], env);
  onTestFinished(async () => void (await server.close()));
  const modern = await connectTo(server.url);
  const legacy = sessionClients.v1(server.url);
  await legacy.connect();
  onTestFinished(async () => {
    await modern.close();
    await legacy.close();
  });
  const note = { name: "n", text: "t" };
  const works: readonly Work[] = [modern, legacy].flatMap(({ call }): Work[] => [
    {
      kind: "call that reads",
      right: /Hello, Ada!/,
      call: async () => toAnswer(await call("greet", { name: "Ada" })),
    },
    {
      kind: "call that writes",
      right: /Wrote n/,
      call: async () => toAnswer(await call("write_note", note)),
    },
  ]);
  return { server, works };
}

async function verify(file: string) {
  const { code, stdout, stderr } = await run(fairlead, ["audit", "verify", file]);
  return { code, said: stdout + stderr };
}

async function meet(works: readonly Work[], plans: readonly Parameters<FaultLoad["meet"]>[0][]) {
  const load = new FaultLoad(works);
  try {
    for (const plan of plans) await load.meet(plan);
  } finally {
    await load.close();
    tallies.push(...load.tallies);
  }
  for (const { fault, kind, unclear, hung, clear, said } of load.tallies) {
    const { hits = {} } = plans.find(({ name }) => name === fault) ?? {};
    const counts = [unclear, hung, clear > 0];
    expect(counts, `${fault}, ${kind}: ${[...said].join("\n")}`).toEqual([0, 0, kind in hits]);
  }
}

test("a clock that is set costs no call, no task and no session", async () => {
  const file = join(folder, "clock.jsonl");
  const CLOCK = join(folder, "offset");
  writeFileSync(CLOCK, "0");
  const { server, works } = await serve(file, [], {
    ...{ CLOCK, NODE_OPTIONS: `--import ${clock}` },
  });
  const set = async (ms: number) => {
    writeFileSync(CLOCK, String(ms));
    const seen = `${CLOCK}.seen`;
    await expect.poll(() => existsSync(seen) && readFileSync(seen, "utf8")).toBe(String(ms));
  };
  const slow = { name: "slow_compute", arguments: { seconds: 600 } };
  const { taskId } = await request(server.url, "tools/call", slow);
  const tasks: Work = {
    kind: "tasks/get",
    right: /"working"/,
    call: async () => ({
      text: JSON.stringify(await request(server.url, "tasks/get", { taskId })),
      isError: false,
    }),
  };
  const hour = 3_600_000;
  const jumps = { "an hour ahead": hour, "an hour back": -hour, "a day ahead": 24 * hour };
  const plans = Object.entries({ ...jumps, "a day back": -24 * hour }).map(([name, ms]) => ({
    ...{ name: `The clock is set ${name}, and corrected`, hits: {} },
    ...{ begin: () => set(ms), end: () => set(0) },
  }));
  await meet([...works, tasks], plans);

  // A question is answered in time, or asked again; never is one answer good twice.
  const destroy = { name: "delete_all_notes", arguments: {} };
  const begin = async () => {
    const { inputRequests, requestState } = await request(server.url, "tools/call", destroy);
    const [key = ""] = Object.keys(isJson(inputRequests) ? inputRequests : {});
    return {
      ...{ ...destroy, requestState },
      inputResponses: { [key]: { action: "accept", content: {} } },
    };
  };
  const answer = (call: Awaited<ReturnType<typeof begin>>) => ask(server.url, "tools/call", call);
  const done = { result: { structuredContent: { deleted: expect.any(Number) } } };
  const again = {
    error: { message: expect.stringContaining("Send the request again without requestState") },
  };
  const early = await begin();
  await set(hour);
  expect(await answer(early)).toMatchObject(again);
  const used = await begin();
  expect(await answer(used)).toMatchObject(done);
  await set(0);
  expect(await answer(used)).toMatchObject(again);
  expect(await answer(await begin())).toMatchObject(done);
  // The task that ran through all of it is still there.
  await request(server.url, "tasks/cancel", { taskId });
  expect(await request(server.url, "tasks/get", { taskId })).toMatchObject({ status: "cancelled" });
  expect(await server.close()).toBe(0);
  // Times follow the clock, and the chain does not depend on them.
  const times = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => Date.parse(JSON.parse(line).time));
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(47 * hour);
  expect(await verify(file)).toMatchObject({ code: 0 });
});

const mayMount = spawnSync("unshare", ["-m", "true"]).status === 0 && process.getuid?.() === 0;
// Where everything is required, a machine that cannot have such a disk fails.
const required = process.env["FAIRLEAD_REQUIRE"] === "all";

describe.skipIf(!mayMount && !required)("a disk that is full under the audit log", () => {
  /** A folder on a disk of 1 MB. */
  function smallDisk(name: string): string {
    const disk = join(folder, name);
    mkdirSync(disk);
    const words = ["-t", "tmpfs", "-o", "size=1m", "none", disk];
    expect(spawnSync("mount", words).status).toBe(0);
    onTestFinished(() => void spawnSync("umount", ["-l", disk]));
    return disk;
  }

  test.for([
    ["required", { "call that writes": /audit log.*cannot be written/is }],
    ["warn", {}],
  ] as const)("with --audit %s", async ([mode, hits]) => {
    const disk = smallDisk(mode);
    const file = join(disk, "audit.jsonl");
    const { server, works } = await serve(file, ["--audit", mode]);
    const fill = join(disk, "fill");
    const plan = {
      ...{ name: `The disk is full, --audit ${mode}`, hits },
      async begin() {
        spawnSync("sh", ["-c", `cat /dev/zero > ${fill}`]);
        await expect.poll(() => server.stderr()).toMatch(/cannot be written \(ENOSPC\)/);
      },
      end: () => rmSync(fill),
    };
    await meet(works, [plan]);
    await expect.poll(() => server.stderr()).toMatch(/can be written again\. Lines lost: 0/);
    expect(await server.close()).toBe(0);
    const { code, said } = await verify(file);
    expect(code, said).toBe(0);
    // Every call is in it, those that were refused too.
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const refused = lines.filter((line) => line.includes('"by":"audit"')).length;
    expect(refused > 0).toBe(mode === "required");
  });
});
