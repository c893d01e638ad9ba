import { createHash } from "node:crypto";
import { once } from "node:events";
import { open as openFile, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@fairlead/runtime/testing";
import type { FakeDrive } from "@fairlead/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  callTool,
  startFake,
  temporaryDirectory,
  token,
  types,
  user,
  writeSignIn,
} from "./support/drive.ts";
import { startTimeless } from "./support/timeless.ts";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const mebibyte = 1024 * 1024;
const part = 4 * mebibyte;

/** Bytes of which no two parts are alike. */
function content(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4096) bytes.writeUInt32LE(at, at);
  return bytes;
}

/** A client with a directory to upload from and one to download to; waiting takes no time. */
async function prepare(size: number) {
  const uploads = await temporaryDirectory();
  const downloads = await temporaryDirectory();
  const bytes = content(size);
  await writeFile(join(uploads, "large.bin"), bytes);
  const directories = { uploadDirs: [uploads], downloadDirs: [downloads] };
  const { fake, client, waits } = await startTimeless(directories);
  const call = (name: string, args: object) => callTool(client, name, args);
  return { fake, client, call, waits, uploads, downloads, bytes };
}

const create = { name: "large", path: "large.bin", mime_type: "video/mp4" };

/** The ranges of the parts that were sent. */
function ranges(fake: FakeDrive): readonly (string | undefined)[] {
  return fake.seen
    .filter(({ method }) => method === "PUT")
    .map(({ headers }) => headers["content-range"]);
}

describe("an upload of more than 5 MB", () => {
  it("goes part by part, for new files, old ones and Google's own, and tells how far it is", async () => {
    const { fake, client, call, bytes } = await prepare(9 * mebibyte + 7);
    const answer = await client.request("tools/call", {
      name: "create_file",
      arguments: { ...create, parent_id: fake.files.add({ name: "F", mimeType: types.folder }).id },
      _meta: { progressToken: "up" },
    });
    const { id } = Object(answer).structuredContent;
    expect(fake.files.get(id)?.content?.equals(bytes)).toBe(true);
    expect(fake.files.get(id)).toMatchObject({ name: "large", mimeType: "video/mp4" });
    const size = bytes.length;
    expect(ranges(fake)).toEqual([
      `bytes 0-${part - 1}/${size}`,
      `bytes ${part}-${2 * part - 1}/${size}`,
      `bytes ${2 * part}-${size - 1}/${size}`,
    ]);
    const told = client.notifications.filter(({ method }) => method === "notifications/progress");
    expect(told.map(({ params }) => params)).toMatchObject([
      { progressToken: "up", progress: part, total: size },
      { progressToken: "up", progress: 2 * part, total: size },
    ]);

    const old = fake.files.add({ name: "old", content: "x", mimeType: "video/mp4", ownApp: true });
    const revised = await call("update_file_content", { file_id: old.id, path: "large.bin" });
    expect(revised.isError, revised.text).toBe(false);
    expect(old.content?.equals(bytes)).toBe(true);

    const words = "a".repeat(6 * mebibyte);
    const made = { name: "d", content: words, mime_type: "text/markdown", convert: true };
    const doc = await call("create_file", made);
    expect(doc.output.mimeType).toBe(types.document);
    expect(fake.files.get(doc.output.id)?.exports["text/markdown"]?.length).toBe(words.length);
    expect(fake.uploads).toMatchObject({ open: 0, ended: ["done", "done", "done"] });
  });

  it("goes on where it was after errors, cut connections and lost answers", async () => {
    const { fake, call, bytes } = await prepare(14 * mebibyte);
    const faults = ["503", "cut", "lost", "lost"];
    let sent = 0;
    const isPart = (method: string, range = "") =>
      method === "PUT" && range !== `bytes */${bytes.length}`;
    fake.intercept = ({ method, headers }, response) => {
      if (!isPart(method, headers["content-range"])) return false;
      sent += 1;
      const fault = faults.shift();
      if (fault === "503") response.writeHead(503).end("no backend");
      else if (fault === "cut") response.destroy();
      else lost = fault === "lost";
      return fault === "503" || fault === "cut";
    };
    let lost = false;
    fake.breakOff = ({ method, headers }) => lost && isPart(method, headers["content-range"]);
    const { output, isError, text } = await call("create_file", create);
    expect(isError, text).toBe(false);
    expect(fake.files.get(output.id)?.content?.equals(bytes)).toBe(true);
    // Two parts were sent again; what had arrived without an answer was not.
    expect(sent).toBe(4 + 2);
    expect(ranges(fake).filter((range) => range === `bytes */${bytes.length}`)).toHaveLength(4);
  });

  it("is one file, also where the answer to its last part was lost", async () => {
    const { fake, call, bytes } = await prepare(6 * mebibyte);
    let asked = 0;
    fake.breakOff = ({ method, headers }) => {
      const isLast = method === "PUT" && headers["content-range"]?.startsWith(`bytes ${part}-`);
      asked += isLast ? 1 : 0;
      return isLast === true;
    };
    const { output, isError, text } = await call("create_file", create);
    expect(isError, text).toBe(false);
    expect(fake.files.get(output.id)?.content?.equals(bytes)).toBe(true);
    expect(fake.files.list(({ name }) => name === "large")).toHaveLength(1);
    expect(asked).toBe(1);
  });

  it("sends again what Google did not take of a part", async () => {
    const { fake, call, bytes } = await prepare(9 * mebibyte);
    fake.uploads.mostPerPart = 3 * mebibyte;
    const { output } = await call("create_file", create);
    expect(fake.files.get(output.id)?.content?.equals(bytes)).toBe(true);
    expect(ranges(fake)[1]).toBe(
      `bytes ${3 * mebibyte}-${3 * mebibyte + part - 1}/${bytes.length}`,
    );
  });

  it("gives up, and says so, where Google takes nothing any more", async () => {
    const { fake, call, waits } = await prepare(6 * mebibyte);
    fake.uploads.mostPerPart = 0;
    const { isError, text } = await call("create_file", create);
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(isError).toBe(true);
    expect(text).toContain("takes no further part");
    expect(fake.uploads).toMatchObject({ open: 0, ended: ["cancelled"] });
  });

  it("that Google has forgotten says so and makes no file", async () => {
    const { fake, call } = await prepare(9 * mebibyte);
    fake.intercept = ({ url, headers }, response) => {
      if (!headers["content-range"]?.startsWith(`bytes ${part}-`)) return false;
      const message = `Not Found: ${url.href}`;
      response.writeHead(404).end(JSON.stringify({ error: { code: 404, message } }));
      return true;
    };
    const { isError, text } = await call("create_file", create);
    expect(isError).toBe(true);
    expect(text).toContain("404");
    // Anyone who knows the id of an upload can write into it.
    expect(text).not.toContain("upload_1");
    expect(fake.files.list(({ name }) => name === "large")).toEqual([]);
    expect(fake.uploads.ended).toEqual(["cancelled"]);
  });

  it("ends with its call: nothing more is sent, and Google is told to forget it", async () => {
    const { fake, client } = await prepare(14 * mebibyte);
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    const { promise: forgotten, resolve: forget } = Promise.withResolvers<void>();
    fake.intercept = ({ method, headers }) => {
      if (method === "DELETE") setImmediate(forget);
      const second = headers["content-range"]?.startsWith(`bytes ${part}-`) === true;
      if (second) resolve();
      return second;
    };
    const params = { name: "create_file", arguments: create };
    const call = client.request("tools/call", params, 4242);
    const unanswered = expect(call).rejects.toThrow("The client was closed.");
    await arrived;
    client.notify("notifications/cancelled", { requestId: 4242, reason: "no interest" });
    await forgotten;
    expect(ranges(fake)).toHaveLength(2);
    expect(fake.uploads).toMatchObject({ open: 0, ended: ["cancelled"] });
    await client.close();
    await unanswered;
  });

  it("stops where the file is changed under it", async () => {
    const { fake, call, uploads } = await prepare(9 * mebibyte);
    fake.intercept = ({ headers }, response) => {
      if (!headers["content-range"]?.startsWith("bytes 0-")) return false;
      void truncate(join(uploads, "large.bin"), part + 10).then(() =>
        response.writeHead(308, { range: `bytes=0-${part - 1}` }).end(),
      );
      return true;
    };
    const { isError, text } = await call("create_file", create);
    expect(isError).toBe(true);
    expect(text).toContain("was changed while it was uploaded");
    expect(fake.uploads.ended).toEqual(["cancelled"]);
  });

  it("goes to the API alone, whatever place Google's answer names, by header or redirect", async () => {
    const stolen: unknown[] = [];
    const thief = createServer((request) => void stolen.push(request.headers)).listen(
      0,
      "127.0.0.1",
    );
    await once(thief, "listening");
    onTestFinished(() => void thief.close());
    const { port } = Object(thief.address());
    const { fake, call } = await prepare(9 * mebibyte);
    const there = `http://127.0.0.1:${port}/upload?upload_id=1`;
    for (const location of [
      there,
      `//127.0.0.1:${port}/`,
      "https://www.googleapis.com/x",
      "",
      "file:///x",
    ]) {
      fake.intercept = ({ url }, response) => {
        if (url.searchParams.get("uploadType") !== "resumable") return false;
        response.writeHead(200, { location }).end();
        return true;
      };
      const { isError, text } = await call("create_file", create);
      expect(isError, location).toBe(true);
      expect(text).toContain("cannot be read");
    }
    fake.intercept = ({ method }, response) => {
      if (method === "PUT") response.writeHead(308, { location: there, range: "bytes=0-0" }).end();
      return method === "PUT";
    };
    expect((await call("create_file", create)).isError).toBe(true);
    expect(stolen).toEqual([]);
  });
});

describe("a download to a file", () => {
  it("comes part by part and whole, whatever breaks off", async () => {
    const { fake, client, downloads } = await prepare(1);
    const bytes = content(9 * mebibyte + 5);
    const { id } = fake.files.add({ name: "film", content: bytes, mimeType: "video/mp4" });
    let cut = 2;
    fake.intercept = ({ headers }, response) => {
      if (headers.range !== `bytes=${part}-${2 * part - 1}` || cut === 0) return false;
      cut -= 1;
      response.writeHead(206, { "content-length": String(part) });
      response.write(bytes.subarray(part, part + 1000));
      setTimeout(() => response.destroy(), 5);
      return true;
    };
    const answer = await client.request("tools/call", {
      name: "download_file_content",
      arguments: { file_id: id, path: "film.mp4" },
      _meta: { progressToken: "down" },
    });
    const text = expect.stringContaining(`Wrote ${bytes.length} bytes to `);
    expect(answer).toMatchObject({ content: [{ type: "text", text }] });
    expect((await readFile(join(downloads, "film.mp4"))).equals(bytes)).toBe(true);
    expect(await readdir(downloads)).toEqual(["film.mp4"]);
    const told = client.notifications.filter(({ method }) => method === "notifications/progress");
    expect(told.map(({ params }) => Object(params).progress)).toEqual([
      part,
      2 * part,
      bytes.length,
    ]);
  });

  it("leaves nothing behind where the file changes under it, or the call ends", async () => {
    const { fake, client, call, downloads } = await prepare(1);
    const file = fake.files.add({ name: "film", content: content(9 * mebibyte) });
    fake.intercept = ({ headers }) => {
      if (headers.range?.startsWith(`bytes=${part}-`)) file.content = Buffer.alloc(9 * mebibyte, 1);
      return false;
    };
    const changed = await call("download_file_content", { file_id: file.id, path: "a" });
    expect(changed).toMatchObject({ isError: true, text: expect.stringContaining("was changed") });
    expect(await readdir(downloads)).toEqual([]);

    const { promise: arrived, resolve } = Promise.withResolvers<{ gone: Promise<unknown> }>();
    fake.intercept = ({ headers }, response) => {
      const held = headers.range?.startsWith(`bytes=${part}-`) === true;
      if (held) resolve({ gone: once(response, "close") });
      return held;
    };
    const params = { name: "download_file_content", arguments: { file_id: file.id, path: "a" } };
    const running = client.request("tools/call", params, 7);
    const unanswered = expect(running).rejects.toThrow("The client was closed.");
    const { gone } = await arrived;
    expect(await readdir(downloads)).toHaveLength(1);
    client.notify("notifications/cancelled", { requestId: 7 });
    await gone;
    await expect.poll(() => readdir(downloads)).toEqual([]);
    await client.close();
    await unanswered;
  });

  it("of more than fits is refused before a byte is fetched", async () => {
    const { fake, call, downloads } = await prepare(1);
    const { id } = fake.files.add({ name: "film", content: "x" });
    fake.intercept = ({ url }, response) => {
      if (url.pathname !== `/drive/v3/files/${id}`) return false;
      const entry = { id, name: "film", mimeType: "video/mp4", size: String(2 ** 40) };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(entry));
      return true;
    };
    const { isError, text } = await call("download_file_content", { file_id: id, path: "a" });
    expect(isError).toBe(true);
    expect(text).toContain("1,099,511,627,776 bytes");
    expect(fake.seen).toHaveLength(1);
    expect(await readdir(downloads)).toEqual([]);
  });
});

/** The most memory a process has had so far, in bytes, as the kernel counts it. */
async function readPeak(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
}

// Only Linux counts a process's peak where a test can read it.
it.runIf(process.platform === "linux")(
  "memory stays flat: what 200 MB need up and down is not 160 MB more than 40 MB do",
  async () => {
    const fake = await startFake();
    fake.allow(token, user, ["drive.readonly", "drive.file"]);
    const directory = await temporaryDirectory();
    const credentials = join(await temporaryDirectory(), "credentials.json");
    await writeSignIn(credentials, ["drive.readonly", "drive.file"]);
    for (const size of [40, 200]) {
      const file = await openFile(join(directory, `${size}.bin`), "w");
      await file.truncate(size * mebibyte);
      await file.close();
    }
    const client = await spawn(bin, {
      args: ["--base-url", fake.url, "--credentials-path", credentials, "--allow-write"],
      env: { GDRIVE_UPLOAD_DIRS: directory, GDRIVE_DOWNLOAD_DIRS: directory },
    });
    onTestFinished(() => client.close());
    const peaks: number[] = [];
    for (const size of [40, 200]) {
      const path = `${size}.bin`;
      const made = await client.callTool("create_file", { name: path, path });
      expect(made.isError, made.text).toBe(false);
      const { id } = Object(made.structuredContent);
      const kept = await client.callTool("download_file_content", {
        file_id: id,
        path: `copy-${path}`,
      });
      expect(kept.isError, kept.text).toBe(false);
      expect((await stat(join(directory, `copy-${path}`))).size).toBe(size * mebibyte);
      const sum = createHash("md5").update(await readFile(join(directory, `copy-${path}`)));
      const md5 = createHash("md5").update(Buffer.alloc(size * mebibyte));
      expect(sum.digest("hex")).toBe(md5.digest("hex"));
      peaks.push(await readPeak(client.process.pid));
    }
    const [first = 0, second = 0] = peaks;
    console.log(`peaks: ${peaks.map((peak) => `${Math.round(peak / mebibyte)} MB`).join(", ")}`);
    expect(second - first).toBeLessThan(100 * mebibyte);
  },
  60_000,
);
