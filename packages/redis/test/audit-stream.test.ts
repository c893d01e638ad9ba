// Lines of an audit log in a real Redis, which stops and comes back.
import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { AuditStream, AuditStreamError } from "../src/audit/audit-stream.ts";
import { connect, server } from "./stores.fixture.ts";

afterAll(() => server?.close());

const line = (seq: number, more = "x") => `{"seq":${seq},"kind":"${more}"}`;

async function openStream(key = `test:${randomUUID()}`, maxLines = 0) {
  const stream = new AuditStream({ url: server?.url ?? "", key, maxLines, timeoutMs: 2_000 });
  onTestFinished(() => stream.close());
  await stream.open();
  return { stream, key };
}

async function all(stream: AuditStream): Promise<string[]> {
  const lines: string[] = [];
  for await (const each of stream.read()) lines.push(each);
  return lines;
}

describe.skipIf(server === undefined)("the stream of an audit log", () => {
  test("has lines in order, however many, and knows its last one", async () => {
    const { stream, key } = await openStream();
    expect(await stream.last()).toBeUndefined();
    const lines = Array.from({ length: 1_203 }, (_, n) => line(n + 1));
    for (let at = 0; at < lines.length; at += 256) await stream.append(lines.slice(at, at + 256));
    expect(await all(stream)).toEqual(lines);
    expect(await stream.last()).toBe(lines.at(-1));
    const { link } = await connect();
    expect(await link.send("XRANGE", key, "42", "42")).toMatchObject([
      ["42-0", ["line", line(42), "by", expect.any(String)]],
    ]);
  });

  test("takes lines again whose answer was lost, others in their place too", async () => {
    const { stream } = await openStream();
    await stream.append([line(1), line(2)]);
    // As after a timeout: kept, but nobody heard of it, and the second was withdrawn.
    await stream.append([line(2, "other"), line(3)]);
    await stream.append([line(3)]);
    expect(await all(stream)).toEqual([line(1), line(2, "other"), line(3)]);
    await stream.append([line(1, "anew")]);
    await stream.append([line(2)]);
    expect(await all(stream)).toEqual([line(1, "anew"), line(2)]);
  });

  test("has one writer: the process that opened it last goes on, the other is told", async () => {
    const { stream: first, key } = await openStream();
    await first.append([line(1)]);
    const { stream: second } = await openStream(key);
    expect(await second.last()).toBe(line(1));
    await second.append([line(2, "second")]);
    await expect(first.append([line(2)])).rejects.toMatchObject({
      ...{ code: "TAKEN", message: "Another process writes the same stream." },
    });
    expect(await all(second)).toEqual([line(1), line(2, "second")]);
  });

  test("keeps about as many lines as it is told to", async () => {
    const { stream } = await openStream(undefined, 1_000);
    for (let at = 1; at <= 5_000; at += 200) {
      await stream.append(Array.from({ length: 200 }, (_, n) => line(at + n)));
    }
    const lines = await all(stream);
    expect(lines.length).toBeGreaterThanOrEqual(1_000);
    expect(lines.length).toBeLessThan(1_400);
    expect(lines.at(-1)).toBe(line(5_000));
  });

  test("fails with a reason while Redis is away, and goes on by itself", async () => {
    const { stream } = await openStream();
    await stream.append([line(1)]);
    await server?.stop();
    const error = await stream.append([line(2)]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuditStreamError);
    expect(String(error)).not.toContain(server?.password);
    const late = new AuditStream({ url: server?.url ?? "", key: "x", maxLines: 0 });
    await expect(late.open()).rejects.toBeInstanceOf(AuditStreamError);
    await server?.start();
    await expect.poll(() => stream.append([line(2)]).then(() => "kept", String)).toBe("kept");
    // One that could not connect at first does so later.
    await expect.poll(() => late.last().then(() => "there", String)).toBe("there");
    await late.close();
    expect(await all(stream)).toEqual([line(1), line(2)]);
  });
});
