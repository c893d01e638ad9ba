import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../lib/packages.ts";

/** What a server has to hold by the name of its test: holes of other servers, its transport, who may do what. */
const codes = {
  H1: "errors that tools throw",
  H2: "no answer without a principal where tokens are asked for",
  H3: "the audience of a token",
  H4: "a state and other arguments",
  H5: "a state that is used again",
  H6: "a state and another principal",
  H7: "who may listen to which resource",
  H8: "a session and another principal",
  H9: "the size of an answer",
  H10: "an output that does not fit its schema",
  H11: "what is not there",
  H12: "the end of the input while timers are alive",
  T1: "the address it listens on",
  T2: "Host and Origin",
  T3: "the content type",
  T4: "too much and too slow",
  T5: "keys that are there twice, in another case or on every object; headers that say something else",
  T6: "clients with equal ids",
  T7: "templates and long URIs",
  T8: "sessions and their streams",
  T9: "what is malformed, and clients that hang up",
  A1: "the metadata of the resource, and the challenge that names it",
  A2: "a token in the query string",
  A3: "bad tokens of every kind",
  A4: "the token of a sibling",
  A5: "no token is passed on",
  A6: "scopes of a tool",
  A7: "the scopes that are announced",
  A8: "tokens for what is behind a server",
  A9: "no OAuth of its own",
  A10: "headers that name another upstream",
  A11: "handles and another principal",
  A12: "a state from its question to its use",
  A13: "proofs of possession",
} as const;

/** The codes that titles of tests begin with: "H4: …" or "T6, CVE-2026-25536: …". */
function findCodes(): ReadonlySet<string> {
  const cwd = root;
  const places = ["packages", "servers", "cli", "generator", "examples"].flatMap((folder) => [
    `${folder}/{src,test}/**/*.test.ts`,
    `${folder}/*/{src,test}/**/*.test.ts`,
  ]);
  const titles = globSync(places, { cwd }).flatMap((path) => [
    ...readFileSync(`${root}/${path}`, "utf8").matchAll(/["'`]([HTA]\d{1,2})(?:, [\w-]+)*: /g),
  ]);
  return new Set(titles.map(([, code = ""]) => code));
}

const found = findCodes();

test.each(Object.entries(codes))("%s (%s) is the name of a test", (code) => {
  expect(found.has(code), `a test named "${code}: …"`).toBe(true);
});

test("no test has a code that is none", () => {
  expect([...found].filter((code) => !Object.hasOwn(codes, code))).toEqual([]);
});
