import { expect } from "vitest";
import { browserTest, visit, visitAlone } from "../../test/support/browser.ts";

browserTest("tabs, popups, history and the cap on pages", async () => {
  const { call, refused, client, site } = await visitAlone(
    {
      "/": `<title>One</title><a id="pop" href="/two" target="_blank">pop</a>`,
      "/two": "<title>Two</title>",
    },
    { maxPages: 2 },
  );
  await call("navigate", { url: site.origin });
  await call("navigate", { url: `${site.origin}/two` });
  expect(await call("back_forward", { action: "back" })).toContain("One - ");
  expect(await call("back_forward", { action: "forward" })).toContain("Two - ");
  await call("back_forward", { action: "back" });
  await call("click", { selector: "#pop" });
  await expect
    .poll(async () => {
      const { structuredContent } = await client.callTool("puppeteer_tabs");
      return structuredContent;
    })
    .toMatchObject({
      pages: [
        { title: "One", current: true },
        { title: "Two", current: false },
      ],
    });
  expect(await refused("tabs", { action: "new" })).toContain("2 pages are open");
  expect(await refused("tabs", { action: "select", page_id: "p_none" })).toContain(
    "no page p_none",
  );
  await call("tabs", { action: "close" });
  expect(await call("snapshot")).toContain('page "Two"');
  expect(await call("close")).toBe("Closed 1 pages.");
});

browserTest("dialogs are told of and answered", async () => {
  const { call, refused, site } = await visit({
    "/": `<button id="ask" onclick="said.textContent = prompt('Your name?')">ask</button><p id="said"></p>`,
  });
  await call("navigate", { url: site.origin });
  expect(await call("click", { selector: "#ask" })).toContain('prompt dialog: "Your name?"');
  expect(await refused("snapshot")).toContain("puppeteer_handle_dialog");
  expect(await call("handle_dialog", { accept: true, text: "Ada" })).toContain("Accepted");
  expect(await call("get_text", { selector: "#said" })).toBe("Ada");
  expect(await refused("handle_dialog", { accept: true })).toContain("No dialog is open");
});

browserTest("waiting ends when text, element or absence is there", async () => {
  const { call, refused, site } = await visit({
    "/": `<p id="now">loading</p><script>setTimeout(() => { now.remove(); document.body.insertAdjacentHTML("beforeend", "<b id=x>ready</b>"); }, 100)</script>`,
  });
  await call("navigate", { url: site.origin });
  await call("wait_for", { text: "ready", selector: "#x", gone: "loading" });
  await call("wait_for", { time_ms: 1 });
  expect(await refused("wait_for", { text: "never", time_ms: 200 })).toContain("took too long");
  expect(await refused("wait_for")).toContain("Nothing to wait for");
});
