import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fixture/fuzz.ts";
import { IdScanner } from "./oversize.ts";
import { Pieces } from "./pieces.ts";

function find(text: string, step = text.length): unknown {
  const scanner = new IdScanner();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += step) scanner.push(bytes.subarray(at, at + step));
  return scanner.found;
}

describe("the id of a message that is not kept", () => {
  test.for([
    ['{"id":1,"x":2}', 1],
    ['{"id" : -7 }', -7],
    ['{"x":{"id":1},"id":"a b"}', "a b"],
    ['{"x":"\\"id\\":1,","id":2}', 2],
    ['{"x":"\\\\","id":3}', 3],
    ['{"\\u0069d":"\\u00fc ü 世"}', "ü ü 世"],
    ['{"x":[{"id":1},[2,"id"]],"y":{},"id":4,"z":0}', 4],
    ['{"x":"id","id":5}', 5],
    [' \r\n{ "jsonrpc" : "2.0" , "id" : "" }', ""],
    [`{"id":"${"x".repeat(1_000)}"}`, "x".repeat(1_000)],
  ] as const)("of %j is %j", ([text, id]) => {
    for (let step = 1; step <= text.length; step += 1) expect(find(text, step)).toBe(id);
  });

  test.for([
    "",
    "{}",
    "[1]",
    '[{"id":1}]',
    '{"id":null}',
    '{"id":1.5}',
    '{"id":{"id":1}}',
    '{"id":[1]}',
    '{"id":1',
    '{"id":"1',
    '{"x":1}',
    '"id":1',
    `{"id":"${"x".repeat(5_000)}"}`,
    '{"id":1x}',
  ])("is not made up (%#)", (text) => {
    expect(find(text, 1)).toBeUndefined();
    expect(find(text)).toBeUndefined();
  });

  test("is what JSON.parse finds, in messages of every shape", () => {
    const random = createRandom(7);
    const below = (limit: number) => Math.floor(random() * limit);
    const value = (depth: number): unknown => {
      const kind = below(depth > 3 ? 4 : 6);
      if (kind === 0) return below(1_000);
      if (kind === 1) return ["", "id", '","id":1', "\\", '"', "}{][,:", "ü"][below(7)];
      if (kind === 2) return random() < 0.5;
      if (kind === 3) return null;
      if (kind === 4) return Array.from({ length: below(4) }, () => value(depth + 1));
      return object(depth);
    };
    const object = (depth: number): object =>
      Object.fromEntries(
        Array.from({ length: below(5) }, () => {
          const key = ["id", "x", "ID", '"id"', "i\\d"][below(5)] ?? "x";
          return [key, value(depth + 1)];
        }),
      );
    for (let round = 0; round < 2_000; round += 1) {
      const message: Record<string, unknown> = { ...object(0) };
      const id = message["id"];
      const known = typeof id === "string" || typeof id === "number" ? id : undefined;
      expect(find(JSON.stringify(message, null, below(3)), 1 + below(20))).toBe(known);
    }
  });
});

test("a message that comes in many pieces costs no more than about twice its size", () => {
  const pieces = new Pieces();
  const text = Buffer.from("0123456789".repeat(100_000));
  for (let at = 0; at < text.length; at += 1) pieces.add(text.subarray(at, at + 1));
  const whole = pieces.take();
  expect(whole.equals(text)).toBe(true);
  expect(whole.buffer.byteLength).toBeLessThanOrEqual(2 * text.length);
  expect(pieces.take()).toHaveLength(0);
  pieces.add(text);
  expect(pieces.take().buffer).toBe(text.buffer);
});
