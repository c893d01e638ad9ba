import { expect, it } from "vitest";
import { start, types } from "./support/drive.ts";
import { startTimeless } from "./support/timeless.ts";

/** Long enough for a slow machine; what comes in time takes no part of it. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });
const toUri = (id: string) => `gdrive:///${id}`;

async function listen(...names: readonly string[]) {
  const started = await startTimeless();
  const { fake, client } = started;
  const files = names.map((name) => fake.files.add({ name, content: name }));
  const listenTo = (...uris: readonly string[]) => {
    const before = client.notifications.length;
    const request = { notifications: { resourceSubscriptions: uris } };
    const ended = client.request("subscriptions/listen", request).catch(() => ({}));
    return {
      ended,
      acknowledged: () => until(() => client.notifications.length > before).toBe(true),
    };
  };
  const heard = () =>
    client.notifications
      .filter(({ method }) => method === "notifications/resources/updated")
      .map(({ params }) => Object(params)["uri"]);
  const polls = () => fake.seen.filter(({ url }) => url.pathname.endsWith("/changes")).length;
  return { ...started, files, listenTo, heard, polls };
}

it("tells of a file that changes, by itself or through a shortcut, and of no other", async () => {
  const { fake, files, listenTo, heard, polls } = await listen("a", "b", "c");
  const [a, b, c] = files;
  if (!a || !b || !c) throw new Error("three files");
  const shortcut = fake.files.add({ name: "to b", mimeType: types.shortcut, shortcutTo: b.id });
  const uris = [a, shortcut].map(({ id }) => toUri(id));
  await listenTo(...uris).acknowledged();
  fake.files.touch(c);
  fake.files.touch(b);
  await until(() => heard().length).toBe(1);
  const before = polls();
  await until(() => polls() > before).toBe(true);
  expect(heard()).toEqual([toUri(shortcut.id)]);
  fake.files.touch(a);
  await until(() => heard()).toEqual([toUri(shortcut.id), toUri(a.id)]);
});

it("asks Drive only while somebody listens, once for all who do", async () => {
  const { fake, client, files, listenTo, polls, waits } = await listen("a", "b");
  await client.request("resources/list");
  expect(polls()).toBe(0);
  for (const { id } of files) await listenTo(toUri(id)).acknowledged();
  await until(() => polls() > 2).toBe(true);
  expect(fake.seen.filter(({ url }) => url.pathname.endsWith("/startPageToken"))).toHaveLength(1);
  expect(new Set(waits)).toEqual(new Set([15_000]));
  await client.close();
  const after = polls();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(polls()).toBeLessThanOrEqual(after + 1);
});

it("H7: nobody listens to a file that the account may not see", async () => {
  const { fake, client } = await start();
  const file = fake.files.add({ name: "hidden", content: "x", owner: "bob@example.com" });
  const uris = [file.id, "unknown"].map(toUri);
  const request = { notifications: { resourceSubscriptions: uris } };
  await client.request("subscriptions/listen", request);
  expect(client.notifications).toMatchObject([{ params: { notifications: {} } }]);
});

it("ends when Drive cannot be asked for long, and the log says why", async () => {
  const { fake, client, files, listenTo } = await listen("a");
  const { ended, acknowledged } = listenTo(...files.map(({ id }) => toUri(id)));
  await acknowledged();
  fake.intercept = (_, response) => {
    response.writeHead(403, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ error: { message: "no more", errors: [{ reason: "forbidden" }] } }),
    );
    return true;
  };
  expect(await ended).toMatchObject({ resultType: "complete" });
  expect(client.log.join("")).toContain("no more");
});
