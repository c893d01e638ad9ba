import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConnectedClient } from "@fairlead/runtime/testing";
import { describe, expect, it } from "vitest";
import { serve } from "./support/serve.ts";
import { plant } from "./support/tree.ts";

/** Long enough for a slow machine; what comes in time takes no part of it. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const toUri = (...parts: readonly string[]) => pathToFileURL(join(...parts)).href;

/** Listens to URIs; gives those that are honoured, and what has been heard of each since. */
async function listen(client: ConnectedClient, ...uris: readonly string[]) {
  const from = client.notifications.length;
  const request = { notifications: { resourceSubscriptions: uris } };
  const ended = client.request("subscriptions/listen", request).catch(() => ({}));
  await until(() => client.notifications.length > from).toBe(true);
  const [acknowledged, heard] = [client.notifications[from], from + 1];
  const read = () =>
    client.notifications.slice(heard).map(({ params }) => String(Object(params)["uri"]));
  return { honoured: Object(acknowledged?.["params"])["notifications"], read, ended };
}

/** Waits until something was heard, and then until nothing more is, as one change may come as several. */
async function untilHeard(read: () => readonly string[], before: number): Promise<number> {
  await until(() => read().length > before).toBe(true);
  return read().length;
}

describe("subscriptions", () => {
  it("tell of a file that is written, replaced, deleted and made again, and of no other", async () => {
    const { top, client } = await serve();
    await plant(top, { "a.txt": "one", "b.txt": "one", "new.txt": "two" });
    const [path, uri] = [join(top, "a.txt"), toUri(top, "a.txt")];
    const { honoured, read } = await listen(client, uri);
    expect(honoured).toEqual({ resourceSubscriptions: [uri] });
    let heard = 0;
    for (const change of [
      () => writeFile(path, "two"),
      () => rename(join(top, "new.txt"), path),
      () => rm(path),
      () => writeFile(path, "again"),
    ]) {
      await writeFile(join(top, "b.txt"), "two");
      await change();
      heard = await untilHeard(read, heard);
    }
    expect(new Set(read())).toEqual(new Set([uri]));
  });

  it("tell of the names in a directory, and not of what files in it say", async () => {
    const { top, start } = await serve();
    await plant(top, { "dir/.env": "secret", "dir/a.txt": "one" });
    const client = await start({}, { deny: ["**/.env"] });
    const [dir, root] = [toUri(top, "dir"), toUri(top)];
    const { read } = await listen(client, dir, root);
    await writeFile(join(top, "dir/.env"), "other secret");
    await writeFile(join(top, "c.txt"), "new");
    await untilHeard(read, 0);
    expect(read()).not.toContain(dir);
    await writeFile(join(top, "dir/b.txt"), "new");
    await until(() => read().includes(dir)).toBe(true);
  });

  it("H7: are never of what may not be read", async () => {
    const { top, start } = await serve();
    await plant(top, { ".env": "secret", "a.txt": "one" });
    const client = await start({}, { deny: ["**/.env"] });
    const uris = [".env", "../outside.txt", "missing.txt", "a.txt"].map((name) => toUri(top, name));
    const { honoured, read } = await listen(client, ...uris);
    expect(honoured).toEqual({ resourceSubscriptions: [toUri(top, "a.txt")] });
    await writeFile(join(top, ".env"), "other secret");
    await writeFile(join(top, "a.txt"), "two");
    await untilHeard(read, 0);
    expect(new Set(read())).toEqual(new Set([toUri(top, "a.txt")]));
  });

  it("end when the directory itself is gone, after they have told so", async () => {
    const { top, client } = await serve();
    await plant(top, { "dir/a.txt": "one" });
    const uri = toUri(top, "dir/a.txt");
    const { read, ended } = await listen(client, uri);
    await rm(join(top, "dir"), { recursive: true });
    await mkdir(join(top, "dir"));
    expect(await ended).toMatchObject({ resultType: "complete" });
    expect(read()).toContain(uri);
    expect(client.log.join("")).toContain("is not the directory it was");
  });
});
