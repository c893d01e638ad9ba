import { defineToolset, ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { explained } from "../errors.ts";
import { waitFor } from "../tab/waiting.ts";
import { includeSnapshot, pageId } from "./fields.ts";

const navigate = defineTool({
  name: "puppeteer_navigate",
  title: "Open URL",
  description:
    "Open a URL in the browser (navigate to a web page): http and https. Private addresses only if the operator allows them.",
  effect: "read",
  input: z.object({
    url: z.string().describe("Absolute URL, such as `https://example.com/`."),
    page_id: pageId,
    wait_until: z
      .enum(["load", "domcontentloaded", "networkidle"])
      .default("load")
      .describe(
        "`load` (the default), `domcontentloaded` (earlier) or `networkidle` (no more requests).",
      ),
    timeout_ms: z
      .int()
      .min(1)
      .max(55_000)
      .default(30_000)
      .describe("Milliseconds to wait at most; 30,000 by default."),
    include_snapshot: includeSnapshot,
    launchOptions: z
      .record(z.string(), z.unknown())
      .nullish()
      .describe("Refused: the operator decides how it starts."),
    allowDangerous: z.boolean().optional().describe("Refused, for the same reason."),
  }),
  output: z.string(),
  async run({ url, page_id, wait_until: until, ...options }, { session }) {
    if (options.allowDangerous || Object.keys(options.launchOptions ?? {}).length > 0) {
      throw new ToolError(
        "launchOptions and allowDangerous are refused: the operator decides how the browser starts.",
        "Leave both out. The operator can set the options of this server.",
      );
    }
    const tab = await session.tab(page_id);
    const waitUntil = until === "networkidle" ? "networkidle2" : until;
    const timeout = options.timeout_ms;
    const status = await session.navigate(tab, url, { waitUntil, timeout });
    const note = status === undefined || status < 400 ? "" : ` (HTTP ${status})`;
    return session.report(`Navigated to ${url}${note}`, tab, {
      snapshot: options.include_snapshot,
    });
  },
});

const backForward = defineTool({
  name: "puppeteer_back_forward",
  title: "Back, forward, reload",
  description: "Go back to the previous page, go forward again, or reload the page.",
  effect: "read",
  input: z.object({
    action: z
      .enum(["back", "forward", "reload"])
      .describe("`back` to the previous page, `forward` again, or `reload`."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ action, page_id }, { session }) {
    const tab = await session.tab(page_id);
    await tab.move(action);
    return session.report(`Went ${action}.`, tab);
  },
});

const tabs = defineTool({
  name: "puppeteer_tabs",
  title: "Tabs",
  description:
    "List the open tabs with their page_id; open a new one, make one current, or close one.",
  effect: "read",
  input: z.object({
    action: z
      .enum(["list", "new", "select", "close"])
      .default("list")
      .describe("`list` all (the default), open a `new` one, `select` or `close` one."),
    page_id: pageId,
    url: z.string().optional().describe("For new: URL to open; an empty page by default."),
  }),
  output: z.object({
    pages: z.array(
      z.object({
        page_id: z.string(),
        url: z.string(),
        title: z.string(),
        current: z.boolean(),
      }),
    ),
  }),
  async run({ action, page_id, url }, { session }) {
    if (action === "select") await session.select(page_id ?? "");
    if (action === "close") await session.closeTab(page_id);
    if (action === "new") {
      const options = { waitUntil: "load", timeout: 30_000 } as const;
      await (url === undefined ? session.open() : session.openAt(url, options));
    }
    return { pages: await session.list() };
  },
});

const handleDialog = defineTool({
  name: "puppeteer_handle_dialog",
  title: "Answer dialog",
  description: "Answer a dialog: the alert, confirm or prompt box a page has opened.",
  // A reader must be able to get past a dialog; to decline is to ask for nothing.
  effect: { least: "read", most: "write", of: ({ accept }) => (accept ? "write" : "read") },
  input: z.object({
    accept: z.boolean().describe("true to accept (OK), false to dismiss (Cancel)."),
    text: z.string().optional().describe("Answer to a prompt; by default what is filled in."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ accept, text, page_id }, { session }) {
    const tab = await session.tab(page_id);
    const dialog = await tab.answerDialog({ accept, text });
    return session.report(`${accept ? "Accepted" : "Dismissed"} the ${dialog}`, tab);
  },
});

const wait = defineTool({
  name: "puppeteer_wait_for",
  title: "Wait",
  description: "Wait until a text or element appears, a text is gone, or some time has passed.",
  effect: "read",
  input: z.object({
    text: z.string().optional().describe("Wait until this text is on the page."),
    selector: z.string().optional().describe("Wait until an element matches this CSS selector."),
    gone: z.string().optional().describe("Wait until this text is no longer on the page."),
    time_ms: z
      .int()
      .min(0)
      .max(50_000)
      .optional()
      .describe("Milliseconds to wait; with others, at most."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ page_id, time_ms, ...wanted }, { session, signal }) {
    const tab = await session.tab(page_id);
    await tab.read(() => explained(() => waitFor(tab, { ...wanted, timeMs: time_ms, signal })));
    return session.report("Waited.", tab);
  },
});

const close = defineTool({
  name: "puppeteer_close",
  title: "Close everything",
  description: "Close the browser: all pages, with their cookies, logins and screenshots.",
  effect: "read",
  input: z.object({}),
  output: z.string(),
  async run(_, { session }) {
    return `Closed ${await session.reset()} pages.`;
  },
});

export const navigation = defineToolset({
  name: "navigate",
  title: "Navigate",
  description: "Open pages, move between them and wait.",
  openWorld: true,
  tools: [navigate, backForward, tabs, handleDialog, wait, close],
});
