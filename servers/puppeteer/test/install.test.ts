import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { runToEnd, spawn } from "@fairlead/runtime/testing";
import { Browser, computeExecutablePath } from "@puppeteer/browsers";
import { expect, onTestFinished, test } from "vitest";
import { createSite } from "./support/site.ts";

const main = new URL("../dist/main.cjs", import.meta.url);

async function home(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "fairlead-home-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test("install-browser downloads Chrome from a mirror, once, and the server finds it", async () => {
  const place = { browser: Browser.CHROME, buildId: "1", cacheDir: "/" };
  const name = computeExecutablePath(place).split("-1/")[1] ?? "";
  const archive = zip(name, "#!/bin/sh\necho not a browser >&2\nexit 1\n");
  const asked: string[] = [];
  const mirror = await createSite(
    new Proxy(
      {},
      {
        get: () => (request: { url?: string }, response: { end(body: Buffer): void }) => {
          asked.push(request.url ?? "");
          response.end(archive);
        },
      },
    ),
  );
  onTestFinished(() => mirror.close());
  const HOME = await home();
  const args = ["install-browser", "--download-base-url", mirror.origin];
  // With nothing on the PATH: slim images have no unzip either.
  const first = await runToEnd(main, { args, env: { HOME, PATH: HOME } });
  expect(first.stderr).toBe("");
  expect(first.code).toBe(0);
  const [, path] = /Installed: (.*)/.exec(first.stdout) ?? [];
  expect(path).toContain(HOME);
  expect(await readFile(path ?? "", "utf8")).toContain("not a browser");
  expect(asked).toHaveLength(1);
  expect((await runToEnd(main, { args, env: { HOME } })).code).toBe(0);
  expect(asked).toHaveLength(1);

  const client = await spawn(main, { env: { HOME } });
  onTestFinished(() => client.close());
  const { text } = await client.callTool("puppeteer_navigate", { url: "http://1.1.1.1/" });
  expect(text).toContain(`The browser ${path} did not start`);
});

test("install-browser says what to do when it cannot download", async () => {
  const args = ["install-browser", "--download-base-url", "http://127.0.0.1:9"];
  const { code, stderr } = await runToEnd(main, { args, env: { HOME: await home() } });
  expect(code).toBe(1);
  expect(stderr).toContain("could not be downloaded");
  expect(stderr).toContain("--download-base-url");
});

/** An archive of one executable file, stored as it is (PKWARE APPNOTE 4.3). */
function zip(name: string, text: string): Buffer {
  const [path, body] = [Buffer.from(name), Buffer.from(text)];
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt32LE(crc32(body), 10);
  facts.writeUInt32LE(body.length, 14);
  facts.writeUInt32LE(body.length, 18);
  facts.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, path, body]);
  const unix = Buffer.from([20, 3]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(0o100755 * 0x10000, 6);
  const central = Buffer.concat([Buffer.from("PK\x01\x02"), unix, facts, rest, path]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06"), end]);
}
