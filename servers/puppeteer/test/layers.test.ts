import { describe, expect, vi } from "vitest";
import { browserTest, visit } from "./support/browser.ts";
import { openSession } from "./support/session.ts";

describe("each layer holds where the one before it does not", () => {
  browserTest("requests for files are stopped on their way out of the browser", async () => {
    const { session } = openSession({});
    const { page } = await session.open();
    for (const url of ["file:///etc/passwd", "view-source:file:///etc/passwd"]) {
      await expect(page.goto(url)).rejects.toThrow("ERR_BLOCKED_BY_CLIENT");
    }
  });

  browserTest("a page that is at chrome: or data: all the same is sent away", async () => {
    const { session } = openSession({});
    const { page } = await session.open();
    for (const url of ["chrome://version", "data:text/html,hi"]) {
      await page.goto(url).catch(() => {});
      await expect.poll(() => page.url()).toBe("about:blank");
    }
  });

  browserTest("the proxy refuses what navigation let pass, and the call says why", async () => {
    const { session } = openSession({});
    const tab = await session.open();
    const options = { waitUntil: "load", timeout: 10_000 } as const;
    await expect(session.navigate(tab, "http://127.0.0.1:9999/", options)).rejects.toMatchObject({
      hint: expect.stringContaining("--allow-hosts 127.0.0.1:9999"),
    });
    await expect(session.navigate(tab, "https://127.0.0.1:9999/", options)).rejects.toMatchObject({
      hint: expect.stringContaining("--allow-hosts 127.0.0.1:9999"),
    });
  });
});

browserTest("a session that cannot be opened leaves nothing in the browser", async () => {
  const { session, host } = openSession({});
  for (const step of ["onPage", "onDownload"] as const) {
    vi.spyOn(host, step).mockRejectedValueOnce(new Error("It failed."));
    await expect(session.open()).rejects.toThrow("It failed.");
  }
  const { page } = await session.open();
  expect(page.browser().browserContexts()).toHaveLength(2);
});

browserTest("a page nobody uses is closed", async () => {
  const { session } = openSession({ idleMs: 100 });
  await session.open();
  await expect.poll(() => session.pageIds, { timeout: 10_000 }).toEqual([]);
  expect((await session.tab()).id).toMatch(/^p_/);
});

browserTest("a server that does not run is named", async () => {
  const { refused, call, site } = await visit({ "/": "<title>Here</title>" });
  await call("navigate", { url: site.origin });
  await site.close();
  expect(await refused("navigate", { url: site.origin })).toContain("ECONNREFUSED");
});
