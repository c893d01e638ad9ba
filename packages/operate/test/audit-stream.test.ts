import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import {
  AuditProblem,
  type AuditStreamSink,
  openAudit,
  verifyAudit,
  verifyAuditLines,
} from "../src/audit/index.ts";
import { Follower } from "../src/audit/sink/follower.ts";
import { newPath } from "./audit.fixture.ts";

/** A stream in memory that can be away. */
function memoryStream(kept: string[] = []) {
  const state = { fails: false };
  const sink: AuditStreamSink = {
    ...{ name: "test:audit", last: kept.at(-1) },
    async append(lines) {
      if (state.fails) throw Object.assign(new Error("away"), { code: "ECONNREFUSED" });
      kept.push(...lines);
    },
    close: async () => undefined,
  };
  return { sink, state, kept };
}

async function openOn(stream: AuditStreamSink, path?: string) {
  const told: string[] = [];
  const tell = (text: string) => void told.push(text);
  const audit = await openAudit(
    { audit: "required", auditSync: "never" },
    {
      ...{ path, stream, problem: (error: unknown) => tell(String(error)) },
      server: { name: "test", version: "1" },
      ...{ redact: (text: string) => text, log: { info: tell, warn: tell } },
    },
  );
  return { audit, told };
}

async function* each(lines: readonly string[]) {
  yield* lines;
}

const denial = { principal: { id: "ann" }, by: "protocol", reason: "No." } as const;

test("a stream alone is a log, which goes on after a restart", async () => {
  const { sink, kept } = memoryStream();
  const first = await openOn(sink);
  first.audit.denied(denial);
  await first.audit.close();
  const second = await openOn(memoryStream(kept).sink);
  await second.audit.close();
  expect(await verifyAuditLines("test", each(kept))).toMatchObject({ lines: 5, broken: undefined });
  const changed = kept.map((line) => line.replace("ann", "bob"));
  expect(await verifyAuditLines("test", each(changed))).toMatchObject({
    broken: { file: "test", line: 2 },
  });
});

test("next to a file it has the same lines, and catches up after it was away", async () => {
  const path = newPath();
  const { sink, state, kept } = memoryStream();
  const { audit, told } = await openOn(sink, path);
  state.fails = true;
  for (let n = 0; n < 3; n += 1) audit.denied(denial);
  await vi.waitFor(() => expect(told.join()).toContain("(ECONNREFUSED). The file goes on."));
  await vi.waitFor(() => expect(readFileSync(path, "utf8").split("\n")).toHaveLength(5));
  expect(kept).toHaveLength(1);
  state.fails = false;
  await vi.waitFor(() => expect(kept).toHaveLength(4), 10_000);
  await audit.close();
  expect(`${kept.join("\n")}\n`).toBe(readFileSync(path, "utf8"));
  expect((await verifyAudit([path])).broken).toBeUndefined();
});

test("what it does not get is told: at the end, and at the next start", async () => {
  const path = newPath();
  const { sink, state, kept } = memoryStream();
  const first = await openOn(sink, path);
  state.fails = true;
  first.audit.denied(denial);
  await first.audit.close();
  expect(first.told).toContain("Lines 2 to 3 of the audit log are in the file alone.");
  const second = await openOn(memoryStream(kept).sink, path);
  expect(second.told.join()).toContain(
    "Lines 2 to 3 of the audit log are in the file alone: the stream",
  );
  await second.audit.close();
});

test("lines that exceed its memory are left out to the last, and told with their numbers", async () => {
  const { sink, state, kept } = memoryStream();
  const told: string[] = [];
  const log = { info: () => undefined, warn: (text: string) => void told.push(text) };
  const follower = new Follower(sink, { log, maxHeld: 3 });
  state.fails = true;
  const line = (seq: number) => `{"seq":${seq},"kind":"x"}`;
  for (const batch of [[1, 2], [3, 4], [5]]) await follower.append(batch.map(line));
  state.fails = false;
  await vi.waitFor(() => expect(kept).toEqual([line(1), line(2)]), 10_000);
  await follower.append([line(6)]);
  await follower.close();
  expect(kept).toEqual([1, 2, 6].map(line));
  expect(told.slice(1)).toEqual(["Lines 3 to 5 of the audit log are in the file alone."]);
});

test("a stream of another log is refused at the start", async () => {
  const { sink, kept } = memoryStream();
  const first = await openOn(sink, newPath());
  await first.audit.close();
  const other = memoryStream(kept).sink;
  await expect(openOn(other, newPath())).rejects.toBeInstanceOf(AuditProblem);
  const path = newPath();
  await (await openOn(memoryStream().sink, path)).audit.close();
  await expect(openOn(memoryStream(kept).sink, path)).rejects.toThrow("another log than the file");
  const broken = memoryStream(["no line"]).sink;
  await expect(openOn(broken)).rejects.toThrow("does not end with a line");
});
