import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import { browserTest, createCanary } from "./support/browser.ts";
import { openSession, startSession } from "./support/session.ts";
import { createSite, type Site } from "./support/site.ts";
import { vectors } from "./support/vectors.ts";

const load = { waitUntil: "load", timeout: 20_000 } as const;

/** The vectors; those of two parts are what they need besides themselves. */
const names = Object.keys(vectors(() => ""))
  .map((path) => path.slice(1))
  .filter((path) => !path.includes("/"));

describe("ways out of a page to a private address", () => {
  let canary: Site;
  let site: Site;
  let closed: ReturnType<typeof startSession>;
  let open: ReturnType<typeof startSession>;
  const toHost = (name: string) => `${name}.canary.test:${canary.port}`;

  beforeAll(async () => {
    canary = await createSite({});
    site = await createSite(vectors((name) => `http://${toHost(name)}`));
    const own = `localhost:${site.port}`;
    const lookup = async () => ["127.0.0.1"];
    closed = startSession({ allowHosts: [own], lookup });
    open = startSession({ allowHosts: [own, ...names.map(toHost)], lookup });
  });
  afterAll(async () => {
    await Promise.all([closed.session.close(), open.session.close()]);
    await Promise.all([site.close(), canary.close()]);
  });

  for (const name of names) {
    browserTest(`${name} does not reach it, and does where it is allowed`, async () => {
      const before = canary.connections();
      const shut = await closed.session.open();
      await closed.session.navigate(shut, `${site.origin}/${name}`, load).catch(() => {});
      // That it was refused says that it was tried, and that nothing follows.
      await expect
        .poll(() => closed.host.failure(toHost(name)), { timeout: 20_000 })
        .toMatchObject({ message: expect.stringContaining("leads to 127.0.0.1") });
      expect(canary.connections() - before).toBe(0);
      await closed.session.reset();
      // The control: the same page gets there when it may.
      const free = await open.session.open();
      await open.session.navigate(free, `${site.origin}/${name}`, load).catch(() => {});
      await expect
        .poll(() => canary.seen.some((line) => line.endsWith(`/hit-${name}`)), { timeout: 20_000 })
        .toBe(true);
      await open.session.reset();
    });
  }
});

describe("DNS rebinding", () => {
  browserTest("a name that is public when it is checked and loopback afterwards", async () => {
    const canary = await createCanary();
    const answers = [["203.0.114.1"]];
    const lookup = async () => answers.shift() ?? ["127.0.0.1"];
    const { session } = openSession({ lookup, check: true });
    const tab = await session.open();
    const url = `http://rebind.example:${canary.port}/`;
    await expect(session.navigate(tab, url, load)).rejects.toThrow("leads to 127.0.0.1");
    expect(answers).toEqual([]);
    expect(canary.connections()).toBe(0);
  });

  browserTest("each connection is made to the very address that was judged", async () => {
    const site = await createSite({ "/": "<title>Here</title>" });
    const elsewhere = await createCanary();
    onTestFinished(() => site.close());
    let asked = 0;
    const name = `rebind.example:${site.port}`;
    const { session } = openSession({
      allowHosts: [name],
      lookup: async () => {
        asked += 1;
        return ["127.0.0.1"];
      },
    });
    const tab = await session.open();
    expect(await session.navigate(tab, `http://${name}/`, load)).toBe(200);
    // One lookup a request: nothing resolves the name a second time on the way.
    expect(asked).toBe(site.seen.length);
    expect(elsewhere.connections()).toBe(0);
  });
});

browserTest("the browser asks nobody on its own account", async () => {
  const asked: string[] = [];
  const site = await createSite({ "/": "<input name=email autocomplete=email>" });
  onTestFinished(() => site.close());
  const { session } = openSession({
    allowHosts: [`localhost:${site.port}`],
    lookup: async (host) => {
      asked.push(host);
      throw new Error("ENOTFOUND");
    },
  });
  const { page } = await session.open();
  await page.goto(site.origin);
  await page.type("input", "someone");
  await page.goto(`${site.origin}/?again`);
  expect(asked).toEqual([]);
});
