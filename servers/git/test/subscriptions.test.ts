import { join } from "node:path";
import { connect } from "@fairlead/runtime/testing";
import { expect, it, onTestFinished } from "vitest";
import { server } from "../src/index.ts";
import { createOwner, temporaryDirectory } from "./support/repo.ts";

/** Long enough for a slow machine; what comes in time takes no part of it. */
const until = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

async function listen(...paths: readonly string[]) {
  const top = await temporaryDirectory();
  const owner = await createOwner(join(top, "repo"));
  await owner.write({ "a.txt": "one\n" });
  owner.git("add", ".");
  owner.git("commit", "-qm", "first");
  const client = await connect(server, { config: { repository: [top] } });
  onTestFinished(() => client.close());
  const toUri = (path: string) => `git://${encodeURIComponent(owner.path)}${path}`;
  const request = { notifications: { resourceSubscriptions: paths.map(toUri) } };
  void client.request("subscriptions/listen", request).catch(() => {});
  await until(() => client.notifications.length).toBe(1);
  const honoured = Object(client.notifications[0]?.["params"])["notifications"];
  return { owner, client, toUri, honoured, heard: () => client.notifications.length - 1 };
}

it("tells of a new commit, branch, tag and index, and of a branch in a directory of its own", async () => {
  const { owner, client, toUri, honoured, heard } = await listen("/status");
  expect(honoured).toEqual({ resourceSubscriptions: [toUri("/status")] });
  let before = 0;
  for (const step of [
    ["commit", "-q", "--allow-empty", "-m", "second"],
    ["branch", "feature/one"],
    ["branch", "feature/two"],
    ["branch", "-D", "feature/one", "feature/two"],
    ["branch", "feature/three"],
    ["tag", "v1"],
    ["checkout", "-q", "-b", "other"],
    ["rm", "-q", "--cached", "a.txt"],
    ["pack-refs", "--all"],
  ]) {
    owner.git(...step);
    await until(() => heard() > before).toBe(true);
    before = heard();
  }
  const { params } = client.notifications.at(-1) ?? {};
  expect(params).toMatchObject({ uri: toUri("/status") });
});

it("a read in answer to it changes nothing", async () => {
  const { owner, client, toUri, heard } = await listen("/status", "/blob/HEAD/a.txt");
  owner.git("commit", "-q", "--allow-empty", "-m", "second");
  await until(() => heard() >= 2).toBe(true);
  // What one commit has told is over when a second file no longer adds to it.
  for (let quiet = -1; quiet !== heard(); ) {
    quiet = heard();
    for (const path of ["/status", "/blob/HEAD/a.txt"]) {
      await client.request("resources/read", { uri: toUri(path) });
    }
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  const after = heard();
  await client.request("resources/read", { uri: toUri("/status") });
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(heard()).toBe(after);
});

it("H7: a repository outside of the allowed directories is none", async () => {
  const outside = await createOwner(join(await temporaryDirectory(), "repo"));
  const top = await temporaryDirectory();
  const client = await connect(server, { config: { repository: [top] } });
  onTestFinished(() => client.close());
  const uris = [outside.path, join(top, "none")].map(
    (at) => `git://${encodeURIComponent(at)}/status`,
  );
  const request = { notifications: { resourceSubscriptions: uris } };
  expect(await client.request("subscriptions/listen", request)).toMatchObject({
    resultType: "complete",
  });
  expect(client.notifications).toMatchObject([{ params: { notifications: {} } }]);
});
