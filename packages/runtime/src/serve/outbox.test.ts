import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Outbox } from "./outbox.ts";

function open() {
  const writes: string[] = [];
  return { writes, outbox: new Outbox((text) => writes.push(text)) };
}

/** A process that does nothing else for so long. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe("a frame for later", () => {
  test.each([0, -5, 2])(
    "leaves apart from those before it, %d ms from now and however busy",
    async (ms) => {
      const { writes, outbox } = open();
      // What is added in this phase of the loop is written after the timers that are over by then.
      await turn();
      outbox.add("progress");
      outbox.addLater("answer", ms);
      block(10);
      await expect.poll(() => writes).toEqual(["progress\n", "answer\n"]);
    },
  );

  test("leaves at once when everything has to", () => {
    const { writes, outbox } = open();
    outbox.addLater("answer", 60_000);
    outbox.flush();
    expect(writes).toEqual(["answer\n"]);
  });
});
