import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { carryOut, newPath, open, read } from "./audit.fixture.ts";

const secret = "hunter2";
/** Built here, so that no scanner takes this file for a leak. */
const key = (name: string) => `-----BEGIN ${name} KEY-----`;
const jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxIn0", "c2lnbmF0dXJl"].join(".");
/** So long that the next secret begins 4 characters before the end of what is searched. */
const block = `${key("PRIVATE")}${"M".repeat(16_000)}${key("PRIVATE").replace("BEGIN", "END")}`;
const pad = " ".repeat(16_384 - 4 - '{"text":"'.length - block.length);
const filler = "a".repeat(900);

test.for([
  ["a known one", { text: `use ${secret} now` }, secret],
  ["a known one, nested", { a: [{ b: { c: [secret] } }] }, secret],
  ["a known one in a key", { [`x-${secret}`]: 1 }, secret],
  [
    "a known one across the end of the preview",
    { text: `${filler}${"b".repeat(75)}${secret}` },
    "hunt",
  ],
  ["a password by its name", { password: "plain words" }, "plain"],
  ["a list under such a name", { options: { access_tokens: ["plain", "words"] } }, "plain"],
  ["an object under such a name", { credentials: { user: "ada", value: "words" } }, "words"],
  ["a header", { headers: { Authorization: "Digest zyx" } }, "zyx"],
  ["a number", { pin: 471_147_114_711 }, "471147114711"],
  [
    "a bearer token in a text",
    { command: "curl -H 'Authorization: Bearer abcdefgh12345678' x" },
    "abcdefgh",
  ],
  ["a JWT", { text: `see ${jwt}.` }, "eyJzdWI"],
  ["a GitHub token", { text: `gh${"p_"}${"A1b2".repeat(9)}` }, "A1b2"],
  ["a Slack token", { text: `xox${"b-"}1234567890-uvwxyz` }, "uvwxyz"],
  ["a GitLab token", { text: `glp${"at-"}${"A1b2".repeat(9)}` }, "A1b2"],
  ["an npm token", { text: `np${"m_"}${"A1b2".repeat(9)}` }, "A1b2"],
  ["a token of a Slack app", { text: `xap${"p-"}1-ABCDEFGHIJ` }, "ABCDEFGHIJ"],
  ["a Google key", { text: `AI${"za"}${"A1b2".repeat(9)}` }, "A1b2"],
  ["a Google token", { text: `ya${"29."}${"A1b2".repeat(9)}` }, "A1b2"],
  ["a key of a model provider", { text: `s${"k-"}${"A1b2".repeat(9)}` }, "A1b2"],
  ["a Stripe key", { text: `r${"k_"}live_${"A1b2".repeat(9)}` }, "A1b2"],
  ["a PIN by its name alone", { auth: "plain words" }, "plain"],
  ["an AWS key", { text: `AKI${"A"}ABCDEFGHIJKLMNOP` }, "GHIJK"],
  [
    "a private key",
    { text: `${key("RSA PRIVATE")}\nMIIEabc\n${key("RSA PRIVATE").replace("BEGIN", "END")}` },
    "MIIE",
  ],
  ["half a private key", { text: `${key("PRIVATE")}\nMIIEabc` }, "MIIE"],
  ["the password of a URL", { url: "postgres://ada:s3cr3t-w0rd@db/x" }, "s3cr3t"],
  ["a parameter of a URL", { url: "https://x.test/?access_token=uvwxyz&y=1" }, "uvwxyz"],
  ["a password in SQL", { sql: "ALTER ROLE a PASSWORD = 'zyx wvu'" }, "zyx"],
  ["JSON in a text", { body: '{"client_secret":"zyx wvu"}' }, "zyx"],
] as const)("%s is not in the file", async ([, args, hidden]) => {
  const log = await open(newPath());
  await carryOut(log, { arguments: args });
  await log.close();
  const text = readFileSync(log.path, "utf8");
  expect(text).not.toContain(hidden);
  expect(text).toContain("[redacted]");
});

test("neither is a secret in what a client says of itself, in a tool that is unknown, or in a reason", async () => {
  const log = await open(newPath());
  await carryOut(log, { clientInfo: { name: `me ${secret}`, version: secret } });
  await carryOut(log, {}, () => {
    throw new Error(secret);
  }).catch(() => undefined);
  log.denied({
    ...{ principal: { id: "alice" }, by: "protocol", reason: `Unknown tool: ${secret}` },
    ...{ tool: `tool ${secret}`, arguments: { [secret]: secret } },
  });
  await log.close();
  expect(readFileSync(log.path, "utf8")).not.toContain(secret);
});

test("half of a secret, at the end of what is searched, is not in the file", async () => {
  const log = await open(newPath());
  await carryOut(log, { arguments: { text: `${block}${pad}${secret}` } });
  await log.close();
  const text = readFileSync(log.path, "utf8");
  expect(text).toContain("[16389 characters]");
  expect(text).not.toContain("hunt");
});

test("ordinary arguments are shown as they are, up to 1,000 characters", async () => {
  const log = await open(newPath());
  const args = { path: "src/token-file.ts", monkey: "banana", with_token: true, author: "Ann" };
  await carryOut(log, { arguments: args });
  await carryOut(log, { arguments: { text: "x".repeat(5_000_000) } });
  await log.close();
  const previews = read(log.path).flatMap(({ arguments: given }) =>
    given === undefined ? [] : [JSON.parse(JSON.stringify(given)).preview],
  );
  expect(previews).toEqual([
    JSON.stringify(args),
    `{"text":"${"x".repeat(991)}… [5000011 characters]`,
  ]);
});

test("the digest is that of the canonical JSON, whatever the order of the keys", async () => {
  const log = await open(newPath());
  await carryOut(log, { arguments: { b: [1, { d: null, c: "ü" }], a: 1e21 } });
  await carryOut(log, { arguments: { a: 1e21, b: [1, { c: "ü", d: null }] } });
  await log.close();
  const digests = read(log.path).flatMap(({ arguments: given }) =>
    given === undefined ? [] : [JSON.parse(JSON.stringify(given)).sha256],
  );
  // printf '{"a":1e+21,"b":[1,{"c":"ü","d":null}]}' | sha256sum
  const known = "f5024afcf766cbc2d385d68e26a5670fab558f67e611ef822a676ac3030b216d";
  expect(digests).toEqual([known, known]);
});

test("arguments without end are refused, and that is written down", async () => {
  const log = await open(newPath());
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  await expect(carryOut(log, { arguments: { deep } })).rejects.toThrow("nested too deeply");
  await log.close();
  expect(read(log.path)[1]).toMatchObject({ decision: "refused", by: "validation" });
});
