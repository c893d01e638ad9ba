import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { closeInTime } from "./process.ts";

test("what is written at the end waits for the last call, and for no call that does not end", async () => {
  const told: string[] = [];
  const operations = { close: async () => void told.push("closed") };
  const never = new Promise<void>(() => undefined);
  const ending = Promise.withResolvers<void>();
  const inTime = closeInTime(
    ending.promise.then(() => void told.push("ended")),
    operations,
    never,
  );
  await Promise.resolve();
  expect(told).toEqual([]);
  ending.resolve();
  await inTime;
  expect(told).toEqual(["ended", "closed"]);

  void closeInTime(never, operations, Promise.resolve());
  await expect.poll(() => told).toEqual(["ended", "closed", "closed"]);
});

test("an end that fails is told of when all is written", async () => {
  const told: string[] = [];
  const operations = { close: async () => void told.push("closed") };
  const failing = Promise.reject(new Error("The backend does not close."));
  await expect(closeInTime(failing, operations, Promise.resolve())).rejects.toThrow("The backend");
  expect(told).toEqual(["closed"]);
});

test("this V8 knows the flag that inlines calls", () => {
  const module = new URL("process.ts", import.meta.url).href;
  const script = `import { inlineCalls } from ${JSON.stringify(module)}; await inlineCalls();`;
  const args = ["--input-type=module", "--eval", script];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
