import { fileURLToPath } from "node:url";
import { findSessions, type Session } from "@fairlead/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { browserTest, toExecutable } from "./support/browser.ts";
import { createSite, type Site } from "./support/site.ts";

const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
const sessions = await findSessions("puppeteer", bin);

/** A person's errand: open a shop, look, order, and see the receipt. */
describe.for(Object.entries(sessions))("the official %s", ([, { open, contained }]) => {
  // The image brings a browser of its own.
  const testWithBrowser = contained ? test : browserTest;
  let session: Session;
  let site: Site;
  beforeEach(async () => {
    site = await createSite({
      "/": `<title>Shop</title><form action="/receipt"><label>Name <input name="n"></label><button>Order</button></form>`,
      "/receipt": "<title>Receipt</title><h1>Thank you</h1>",
    });
    const args = ["--sandbox", "auto", "--allow-hosts", `localhost:${site.port}`];
    const executable = contained ? [] : toExecutable();
    session = await open({ args: [...args, ...executable], network: "host" });
  });
  afterEach(async () => {
    await session.close();
    await site.close();
  });

  const textOf = (result: unknown) => JSON.stringify(result);

  testWithBrowser("opens, fills, clicks and looks", async () => {
    const names = (await session.listTools()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["puppeteer_navigate", "puppeteer_snapshot"]));
    await session.call("puppeteer_navigate", { url: site.origin });
    const snapshot = textOf(await session.call("puppeteer_snapshot"));
    const [, name] = /textbox \\"Name\\" \[(e\d+)\]/.exec(snapshot) ?? [];
    const [, order] = /button \\"Order\\" \[(e\d+)\]/.exec(snapshot) ?? [];
    await session.call("puppeteer_fill", { selector: name, value: "Ada" });
    expect(textOf(await session.call("puppeteer_click", { selector: order }))).toContain("Receipt");
    const shot = await session.call("puppeteer_screenshot", { name: "receipt" });
    expect(shot).toMatchObject({
      content: [
        { type: "text", text: "Screenshot 'receipt' taken at 1280x720" },
        { type: "image", mimeType: "image/jpeg" },
      ],
    });
    // Claude Code and Codex would show it in place of the picture.
    expect(shot).not.toHaveProperty("structuredContent");
    expect(await session.read("screenshot://receipt")).toMatchObject({
      contents: [{ mimeType: "image/jpeg", blob: expect.any(String) }],
    });
    const uri = "screenshot://{name}";
    expect(await session.complete({ type: "ref/resource", uri }, "name", "re")).toMatchObject({
      completion: { values: ["receipt"] },
    });
    expect(await session.call("puppeteer_tabs")).toMatchObject({
      structuredContent: { pages: [{ title: "Receipt", current: true }] },
    });
    expect(
      textOf(await session.prompt("extract_data", { url: site.origin, what: "all" })),
    ).toContain("puppeteer_get_text");
    const refused = await session.call("puppeteer_navigate", { url: "http://127.0.0.1:9/" });
    expect(refused).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("--allow-hosts 127.0.0.1:9") }],
    });
  });
});
