import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { PeerError, Questions } from "./questions.ts";

/** Asks one question; `frames` is what was sent. */
function ask(questions: Questions, scope: string, signal = new AbortController().signal) {
  const frames: Record<string, unknown>[] = [];
  const answer = questions.ask(scope, { method: "roots/list", params: {}, signal }, (frame) =>
    frames.push(JSON.parse(frame)),
  );
  answer.catch(() => {});
  return { answer, frames, id: String(frames[0]?.["id"]) };
}

test("each question has an id of its own, and is answered by it in its scope alone", async () => {
  const questions = new Questions();
  const [ann, bob] = [ask(questions, "ann"), ask(questions, "bob")];
  expect(ann.id).not.toBe(bob.id);
  questions.settle("bob", ann.id, { result: { of: "bob" } });
  questions.settle("ann", ann.id, { result: { of: "ann" } });
  questions.settle("bob", bob.id, { result: { of: "bob" } });
  expect(await ann.answer).toEqual({ of: "ann" });
  expect(await bob.answer).toEqual({ of: "bob" });
});

test.each([
  [{ error: { code: -1, message: "User said no", data: { why: 1 } } }, -1, "User said no"],
  [{ error: { code: "-1", message: "no number" } }, -32603, "neither a result nor an error"],
  [{ error: "no" }, -32603, "neither a result nor an error"],
  [{ result: "text" }, -32603, "neither a result nor an error"],
  [{}, -32603, "neither a result nor an error"],
])("%j is an error of the client", async (message, code, words) => {
  const questions = new Questions();
  const { answer, id } = ask(questions, "");
  questions.settle("", id, message);
  const error = await answer.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PeerError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
});

test("nothing is asked for a call that has ended, and one that ends takes its question back", async () => {
  const questions = new Questions();
  await expect(async () => ask(questions, "", AbortSignal.abort()).answer).rejects.toThrow();
  const controller = new AbortController();
  const { answer, frames, id } = ask(questions, "", controller.signal);
  controller.abort(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
  expect(frames.at(-1)).toMatchObject({
    method: "notifications/cancelled",
    params: { requestId: id },
  });
  // Answered too late: that is nobody's any more, and nothing is sent after an answer.
  questions.settle("", id, { result: {} });
  expect(frames).toHaveLength(2);
});

test("an answered question is not taken back when its call ends", async () => {
  const questions = new Questions();
  const controller = new AbortController();
  const { answer, frames, id } = ask(questions, "", controller.signal);
  questions.settle("", id, { result: {} });
  await answer;
  controller.abort();
  expect(frames).toHaveLength(1);
});

test("an answer is not kept: 50 of a megabyte leave nothing in memory", async () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("There is no way to collect garbage.");
  const megabytes = () => {
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const questions = new Questions();
  const before = megabytes();
  for (let n = 0; n < 50; n += 1) {
    const { answer, id } = ask(questions, "");
    questions.settle("", id, { result: { text: Buffer.alloc(1_000_000, "x").toString() } });
    await answer;
  }
  expect(megabytes() - before).toBeLessThan(10);
  // It is used once more: what it holds has to live till here.
  questions.close(new Error("gone"));
});

test("closing tells all that wait", async () => {
  const questions = new Questions();
  const [one, two] = [ask(questions, "a"), ask(questions, "b")];
  questions.close(new Error("gone"));
  await expect(one.answer).rejects.toThrow("gone");
  await expect(two.answer).rejects.toThrow("gone");
});
