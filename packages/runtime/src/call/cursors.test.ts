import { expect, test } from "vitest";
import { createCursors } from "./cursors.ts";

const cursors = createCursors();

test.for([7, "after", null, { after: ["a", 1] }, "\0 ü"])("brings %j back", (position) => {
  expect(cursors.read("list", cursors.sign("list", position))).toEqual({ position });
});

test("is refused in any other scope", () => {
  const cursor = cursors.sign("tools/call\0list\0alice", 7);
  expect(cursors.read("tools/call\0list\0bob", cursor)).toBeUndefined();
  expect(cursors.read("tools/call\0other\0alice", cursor)).toBeUndefined();
});

test("is refused by another process", () => {
  expect(createCursors().read("list", cursors.sign("list", 7))).toBeUndefined();
});

test("is read by another process with the same key, also after a newer one was put in front", () => {
  const cursor = createCursors(["old"]).sign("list", 7);
  expect(createCursors(["old"]).read("list", cursor)).toEqual({ position: 7 });
  expect(createCursors(["new", "old"]).read("list", cursor)).toEqual({ position: 7 });
  expect(createCursors(["new"]).read("list", cursor)).toBeUndefined();
});

test("cannot be changed, shortened or made up", () => {
  const cursor = cursors.sign("list", 7);
  const [body = "", mac = ""] = cursor.split(".");
  const other = Buffer.from("8").toString("base64url");
  for (const forged of [
    `${other}.${mac}`,
    `${body}.`,
    body,
    `.${mac}`,
    mac,
    "",
    ".",
    "..",
    `${body}.${mac.slice(0, -2)}`,
    `${body}.${mac}AAAA`,
    `${body}x.${mac}`,
    "x".repeat(100_000),
    "__proto__.__proto__",
  ]) {
    expect(cursors.read("list", forged), forged.slice(0, 50)).toBeUndefined();
  }
});
