import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { imageBase } from "./image.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-health-"));
const service = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.writeHead(status).end();
});
const asked: string[] = [];
let status = 200;
let port = 0;

beforeAll(async () => {
  await new Promise<void>((ready) => service.listen(0, "127.0.0.1", ready));
  const address = service.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => {
  service.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the check of the image with the words of the container's first process. */
async function check(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const [, text = ""] = /^ {2}CMD (\[.*\])$/m.exec(imageBase) ?? [];
  const [program, flag, script]: string[] = JSON.parse(text);
  expect([program, flag]).toEqual(["node", "-e"]);
  const file = join(folder, "cmdline");
  writeFileSync(file, `${["node", "/app/dist/main.cjs", ...words].join("\0")}\0`);
  const own = script?.replace("/proc/1/cmdline", file) ?? "";
  asked.length = 0;
  const code = await new Promise((ended) => {
    const child = execFile(process.execPath, ["-e", own], { env: variables });
    child.once("close", ended);
  });
  return { code, asked: [...asked] };
}

const alive = { code: 0, asked: ["/livez"] };

test("a server that speaks stdio is healthy without a question", async () => {
  expect(await check(["/path"])).toEqual({ code: 0, asked: [] });
});

test.each(["PORT", "0.0.0.0:PORT", "127.0.0.1:PORT", "localhost:PORT"])(
  "a server at %s is asked whether it is alive",
  async (form) => {
    expect(await check(["--http", form.replace("PORT", String(port)), "/path"])).toEqual(alive);
  },
);

test("a server is asked at the address that its one word or its variable names", async () => {
  expect(await check([`--http=${port}`])).toEqual(alive);
  expect(await check([], { FAIRLEAD_HTTP: String(port) })).toEqual(alive);
});

test("a server is asked at the address that its config file names", async () => {
  const file = join(folder, "config.json");
  writeFileSync(file, JSON.stringify({ http: `0.0.0.0:${port}` }));
  expect(await check([], { FAIRLEAD_CONFIG: file })).toEqual(alive);
  writeFileSync(file, JSON.stringify({ readOnly: true }));
  expect(await check(["--config", file])).toEqual({ code: 0, asked: [] });
});

test("a server that answers something else, or nothing, is not healthy", async () => {
  status = 503;
  expect(await check(["--http", String(port)])).toMatchObject({ code: 1 });
  status = 200;
  expect(await check(["--http", "127.0.0.1:1"])).toMatchObject({ code: 1 });
});
