import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolCall } from "@fairlead/define";
import { afterAll } from "vitest";
import { type AuditOptions, createAudit, openAuditFile } from "../src/audit/index.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The path of a log in a folder of its own, gone after the tests of the file. */
export function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-audit-"));
  folders.push(folder);
  return join(folder, "audit.jsonl");
}

export type Opened = Awaited<ReturnType<typeof open>>;

interface Choice extends Partial<AuditOptions> {
  readonly sync?: "always" | "batch" | "never";
  readonly maxBytes?: number;
}

/** An audit log in a real file. */
export async function open(path: string, choice: Choice = {}) {
  const { sync = "never", maxBytes = Number.POSITIVE_INFINITY, ...more } = choice;
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  const file = openAuditFile({
    ...{ path, sync, maxBytes },
    problem: (error) => tell(String(error)),
  });
  const audit = await createAudit({
    ...{ sink: file, head: file.head, torn: file.torn, mode: "required", strict: false },
    server: { name: "test", version: "1.2.3" },
    redact: (text) => text.replaceAll("hunter2", "[redacted]"),
    log: { info: tell, warn: tell },
    ...more,
  });
  return { ...audit, told, path };
}

/** What a call of the runtime is, with what is asked before the tool runs. */
export function callOf(more: Partial<ToolCall> = {}) {
  const before: Parameters<ToolCall["beforeRun"]>[0][] = [];
  const controller = new AbortController();
  const call: ToolCall = {
    tool: "put",
    arguments: { name: "Ann" },
    effect: "write",
    principal: { id: "alice" },
    clientInfo: { name: "client", version: "1" },
    meta: {},
    signal: controller.signal,
    reference: "ref00000",
    assertPermitted: () => undefined,
    beforeRun: (work) => void before.push(work),
    ...more,
  };
  return { call, before, controller };
}

/** Carries out a call as the runtime does. */
export function carryOut(
  { middleware }: Pick<Opened, "middleware">,
  more: Partial<ToolCall> = {},
  run: () => unknown = () => "done",
): Promise<unknown> {
  const { call, before } = callOf(more);
  const { effect } = call;
  return Promise.resolve(
    middleware(call, async () => {
      const settled = typeof effect === "string" ? effect : effect.most;
      for (const work of before) await work({ effect: settled });
      return run();
    }),
  );
}

/** The lines of a file that are whole. */
export function read(path: string): readonly Record<string, unknown>[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}
