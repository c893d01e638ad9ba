import { expect, test } from "vitest";
import {
  type AuditSink,
  beginning,
  createAudit,
  multiplex,
  verifyAudit,
} from "../src/audit/index.ts";
import { callOf, carryOut, newPath, open, read } from "./audit.fixture.ts";

/** A sink in memory, which can be told to fail. */
function memorySink() {
  const lines: string[] = [];
  const state = { fails: false };
  const sink: AuditSink = {
    async append(more) {
      if (state.fails) throw new Error("The stream is away.");
      lines.push(...more);
    },
  };
  return { lines, state, sink };
}

async function openOn(sink: AuditSink) {
  return createAudit({
    ...{ sink, head: beginning, mode: "required", strict: true },
    server: { name: "test", version: "1" },
    redact: (text) => text,
    log: { info: () => undefined, warn: () => undefined },
  });
}

test("a call that was given up has one end, whatever its tool does later", async () => {
  const log = await open(newPath());
  const { call, before, controller } = callOf();
  const { promise, resolve } = Promise.withResolvers<string>();
  const answer = log.middleware(call, async () => {
    for (const work of before) await work({ effect: "write" });
    const why = Object.assign(new Error("late"), { name: "AbortError", why: "timeout" });
    controller.abort(why);
    return promise;
  });
  resolve("done after all");
  await answer;
  await log.close();
  expect(read(log.path).map(({ kind, outcome }) => outcome ?? kind)).toEqual([
    ...["open", "intent", "timeout", "close"],
  ]);
});

test("a principal is written down with what is known of it, and no more", async () => {
  const log = await open(newPath());
  const principal = {
    ...{ id: "acme:ada", tenant: "acme", subject: "ada", client: "agent", kind: "user" as const },
    ...{ scopes: ["a"], token: "t0ken" },
  };
  await carryOut(log, { principal });
  await log.close();
  const { scopes, token, ...who } = principal;
  expect(read(log.path)[1]).toMatchObject({ who });
  expect(Object.keys(JSON.parse(JSON.stringify(read(log.path)[1])).who)).toEqual(Object.keys(who));
});

test.for([
  ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"],
  ["00-0AF7-b7ad6b7169203331-01", undefined],
  ["my words", undefined],
  [{ toString: "x" }, undefined],
] as const)("traceparent %j is the trace %s", async ([traceparent, trace]) => {
  const log = await open(newPath());
  await carryOut(log, { meta: { traceparent } });
  await log.close();
  expect(read(log.path)[1]?.["trace"]).toBe(trace);
});

test("a second sink gets the lines of the first, and what it loses is told once and holds nobody up", async () => {
  const [first, second] = [memorySink(), memorySink()];
  const lost: string[] = [];
  const sink = multiplex(first.sink, [second.sink], (_, lines) => lost.push(...lines));
  const audit = await openOn(sink);
  await carryOut(audit);
  second.state.fails = true;
  expect(await carryOut(audit)).toBe("done");
  second.state.fails = false;
  await audit.close();
  expect(first.lines).toHaveLength(6);
  expect(lost).toEqual(first.lines.slice(3, 5));
  expect(second.lines).toEqual([...first.lines.slice(0, 3), ...first.lines.slice(5)]);
});

test("what the first sink does not take no other gets", async () => {
  const [first, second] = [memorySink(), memorySink()];
  const audit = await openOn(multiplex(first.sink, [second.sink], () => undefined));
  first.state.fails = true;
  await expect(carryOut(audit)).rejects.toMatchObject({ refusedBy: "audit" });
  first.state.fails = false;
  await carryOut(audit);
  await audit.close();
  expect(second.lines).toEqual(first.lines);
  expect(first.lines.map((line) => JSON.parse(line).kind)).toEqual([
    ...["open", "call", "intent", "outcome", "close"],
  ]);
});

test("a log that cannot be written from the start is not opened", async () => {
  const { state, sink } = memorySink();
  state.fails = true;
  await expect(openOn(sink)).rejects.toThrow("The stream is away.");
});

test("two runs of one call have an intent each", async () => {
  const log = await open(newPath());
  const { call, before } = callOf();
  await log.middleware(call, async () => {
    for (const effect of ["write", "destroy"] as const) {
      for (const work of before) await work({ effect, confirmedBy: "argument" });
    }
  });
  await log.close();
  expect(read(log.path).slice(1, -1)).toMatchObject([
    { kind: "intent", effect: "write", decision: "confirmed", confirmedBy: "argument" },
    { kind: "intent", effect: "destroy" },
    { kind: "outcome", outcome: "ok" },
  ]);
  expect((await verifyAudit([log.path])).unended).toBe(0);
});
