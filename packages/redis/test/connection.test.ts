// A connection to Redis that breaks, freezes, comes back too soon, or may not do what it has to.
import { createHop } from "@fairlead/testing";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createConnection } from "../src/connection/connect.ts";
import { Link } from "../src/connection/link.ts";
import { RedisError } from "../src/connection/redis-error.ts";
import { openRedis } from "../src/index.ts";
import { RedisBus } from "../src/redis-bus.ts";
import { connect, server } from "./stores.fixture.ts";

afterAll(() => server?.close());

const minute = 60_000;
const notice = { method: "notifications/test", params: { a: 1 } };
const until = <T>(read: () => T) => vi.waitFor(read, { timeout: 10_000, interval: 5 });

function toBus({ link, channels, prefix }: Awaited<ReturnType<typeof connect>>) {
  return new RedisBus(link, channels, prefix);
}

describe.skipIf(server === undefined)("a connection", () => {
  /** Behind a hop that can be cut or frozen. */
  async function openBehindHop() {
    const hop = await createHop(Number(new URL(server?.url ?? "").port));
    onTestFinished(() => hop.close());
    const url = new URL(server?.url ?? "");
    url.port = String(hop.port);
    return { hop, url: url.href };
  }

  test("that is cut is made again, and those who listen are told what to read again", async () => {
    const { hop, url } = await openBehindHop();
    const near = await connect();
    const [a, b] = [near, await connect({ url, prefix: near.prefix })].map(toBus);
    const missed: string[] = [];
    const heard: unknown[] = [];
    for (const topic of ["t", "u"]) {
      await b?.subscribe(topic, {
        hear: (one) => heard.push(one),
        missed: (lost) => missed.push(lost),
      });
    }
    hop.cut();
    await until(() => expect(missed).toEqual(["t", "u"]));
    await a?.publish("u", notice);
    await until(() => expect(heard).toEqual([notice]));
  });

  test("that swallows everything is noticed on both sides, and given up", async () => {
    const { hop, url } = await openBehindHop();
    // No ping comes in time: what the commands have noticed is enough.
    const process = await connect({ url, timeoutMs: 300, pingMs: 60_000 });
    const missed = vi.fn();
    await toBus(process).subscribe("t", { hear: () => {}, missed });
    hop.freeze();
    const asked = process.link.send("PING");
    await expect(asked).rejects.toMatchObject({ name: "RedisError", reason: "timeout" });
    await until(() => expect(process.told.warn).toHaveLength(1));
    hop.thaw();
    await until(() => expect(missed).toHaveBeenCalledWith("t"));
    await until(() => expect(process.told.info).toHaveLength(1));
    expect(await process.link.send("PING")).toBe("PONG");
  });

  test("that breaks again before it is back is back only then, and owes the last notices until then", async () => {
    const { hop, url } = await openBehindHop();
    const told: string[] = [];
    const notes = { warn: () => told.push("lost"), info: () => told.push("back") };
    const redis = createConnection({ url, timeoutMs: 3_000 });
    const link = new Link(redis, notes);
    onTestFinished(() => link.close());
    await link.open();
    const near = await connect();
    const heard: unknown[] = [];
    const theirs = toBus(near);
    for (const topic of ["t", "u", "v"]) {
      await theirs.subscribe(topic, { hear: ({ params }) => heard.push({ topic, ...params }) });
    }
    const mine = toBus({ ...near, link });
    const returned = vi.fn();
    link.onReturn(returned);
    // What asks for the clock of Redis on its return gets no answer, and the connection breaks again.
    const broken = new Promise<void>((resolve) => {
      redis.once("ready", () => {
        redis.once("close", () => setImmediate(resolve));
        hop.freeze();
        setImmediate(() => hop.cut());
      });
    });
    hop.cut();
    await until(() => expect(told).toEqual(["lost"]));
    const publish = (topic: string, n: number) => mine.publish(topic, { ...notice, params: { n } });
    await publish("t", 1);
    await publish("u", 3);
    // As many topics as are owed at most: the last notice of one of them still counts, and no more come in.
    for (let topic = 2; topic < 10_000; topic += 1) await publish(String(topic), topic);
    await publish("t", 2);
    await publish("v", 4);
    await broken;
    expect(returned).not.toHaveBeenCalled();
    hop.thaw();
    await until(() =>
      expect(heard).toEqual([
        { topic: "t", n: 2 },
        { topic: "u", n: 3 },
      ]),
    );
    await publish("u", 5);
    await until(() => expect(heard).toHaveLength(3));
    expect(heard.at(-1)).toEqual({ topic: "u", n: 5 });
    expect(told).toEqual(["lost", "back"]);
    expect(returned).toHaveBeenCalledOnce();
  });

  const notes = { warn: () => {}, info: () => {} };

  /** The URL of a user who may use the keys and channels of these patterns. */
  async function addUser(...patterns: readonly string[]): Promise<string> {
    const { link } = await connect();
    const name = `user${patterns.join("").length}`;
    await link.send("ACL", "SETUSER", name, "on", ">user-password", "+@all", ...patterns);
    onTestFinished(async () => void (await link.send("ACL", "DELUSER", name)));
    return (server?.url ?? "").replace(/:[^:/]+@/, `${name}:user-password@`);
  }

  test("of a user who may not use the keys, or the channels, is refused at once", async () => {
    for (const patterns of [
      ["~other:*", "&*"],
      ["~mine:*"],
      ["~mine:*", "&mine:*", "-subscribe"],
    ]) {
      const url = await addUser("resetkeys", "resetchannels", ...patterns);
      const opening = openRedis({ url, prefix: "mine", notes });
      await expect(opening).rejects.toMatchObject({ reason: "NOPERM" });
    }
    const redis = await openRedis({
      url: await addUser("~mine:*", "&mine:*"),
      prefix: "mine",
      notes,
    });
    onTestFinished(() => redis.close());
    expect(await redis.states.take(String(Math.random()), Date.now() + minute, "ada")).toBe(true);
  });

  test("to a Redis that takes no second one is refused with a reason, and no secret", async () => {
    const { link } = await connect();
    const clients = String(await link.send("CLIENT", "LIST"))
      .trim()
      .split("\n").length;
    await link.send("CONFIG", "SET", "maxclients", clients + 1);
    onTestFinished(async () => void (await link.send("CONFIG", "SET", "maxclients", 10_000)));
    const error = await openRedis({ url: server?.url ?? "", prefix: "mine", notes }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RedisError);
    // What is seen of it first is up to the system: the refusal, or that the connection was closed.
    expect(error).toMatchObject({ reason: expect.stringMatching(/^(?:[A-Z]+|not connected)$/) });
    expect(JSON.stringify(error)).not.toContain(server?.password);
  });

  test("whose channels are refused later on is told of", async () => {
    const url = await addUser("resetkeys", "~mine:*", "resetchannels", "&mine:*");
    const { link: operator } = await connect();
    const { link, channels, told } = await connect({ url });
    const name = new URL(url).username;
    await operator.send("ACL", "SETUSER", name, "-subscribe");
    await new RedisBus(link, channels, "mine").subscribe("t", { hear: () => {} });
    await until(() => expect(told.warn.join()).toContain("refuses commands (NOPERM)"));
  });

  test("that refuses commands later on is told of once", async () => {
    const url = await addUser("resetkeys", "~mine:*", "resetchannels", "&mine:*");
    const { link, told } = await connect({ url });
    for (let n = 0; n < 3; n += 1) {
      const asked = link.send("SET", "theirs:key", "a secret value");
      await expect(asked).rejects.toMatchObject({ reason: "NOPERM" });
    }
    expect(told.warn).toEqual([expect.stringContaining("refuses commands (NOPERM)")]);
    expect(told.warn.join()).not.toMatch(/theirs|secret/);
  });

  test.each([
    ["a wrong password", (url: string) => url.replace("correct", "wrong"), "WRONGPASS"],
    ["no password", (url: string) => url.replace(/:[^/]+@/, ""), "NOAUTH"],
    ["nobody there", () => "redis://:a-secret-password@127.0.0.1:1", "ECONNREFUSED"],
    ["TLS where there is none", (url: string) => url.replace("redis:", "rediss:"), /^[A-Z_]+$/],
  ])("that cannot be made says why, and no secret: %s", async (_, toUrl, reason) => {
    const url = toUrl(server?.url ?? "");
    const error = await openRedis({ url, prefix: "p", notes, timeoutMs: 500 }).catch(
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(RedisError);
    expect(error).toMatchObject({
      reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
    });
    const { password = "-" } = new URL(url);
    for (const text of [
      String(error),
      JSON.stringify(error),
      String(error instanceof Error && error.stack),
    ]) {
      expect(text).not.toContain("127.0.0.1:");
      if (password !== "") expect(text).not.toContain(password);
    }
  });
});
