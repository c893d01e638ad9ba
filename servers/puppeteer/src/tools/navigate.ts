import { defineToolset, ToolError } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { explained } from "../errors.ts";
import { waitFor } from "../waiting.ts";
import { includeSnapshot, pageId } from "./inputs.ts";

const navigate = defineTool({
  name: "puppeteer_navigate",
  title: "Open URL",
  description: "Opens an http(s) URL in a page. Private addresses are refused unless allowed.",
  effect: "read",
  input: z.object({
    url: z.string().describe("Absolute URL."),
    page_id: pageId,
    wait_until: z
      .enum(["load", "domcontentloaded", "networkidle"])
      .default("load")
      .describe("When it counts as open."),
    timeout_ms: z.int().min(1).max(55_000).default(30_000).describe("Patience."),
    include_snapshot: includeSnapshot,
    launchOptions: z.record(z.string(), z.unknown()).nullish().describe("Refused."),
    allowDangerous: z.boolean().optional().describe("Refused."),
  }),
  output: z.string(),
  async run({ url, page_id, wait_until: until, ...options }, { session }) {
    if (options.allowDangerous || Object.keys(options.launchOptions ?? {}).length > 0) {
      throw new ToolError(
        "How the browser is started is not up to its user.",
        "Leave launchOptions and allowDangerous out; the operator sets options of this server.",
      );
    }
    const tab = await session.tab(page_id);
    const waitUntil = until === "networkidle" ? "networkidle2" : until;
    const timeout = options.timeout_ms;
    const status = await session.navigate(tab, url, { waitUntil, timeout });
    const note = status === undefined || status < 400 ? "" : ` (HTTP ${status})`;
    return session.report(`Navigated to ${url}${note}`, tab, options.include_snapshot);
  },
});

const backForward = defineTool({
  name: "puppeteer_back_forward",
  title: "Back, forward, reload",
  description: "Moves in a page's history or reloads it.",
  effect: "read",
  input: z.object({
    action: z.enum(["back", "forward", "reload"]).describe("Direction."),
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
  description: "Lists pages with their page_id; opens, selects or closes one.",
  effect: "read",
  input: z.object({
    action: z.enum(["list", "new", "select", "close"]).default("list").describe("What to do."),
    page_id: pageId,
    url: z.string().optional().describe("What a new page opens."),
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
    if (action === "select") session.select(page_id ?? "");
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
  description: "Answers the alert, confirm or prompt a page has opened.",
  // A reader must be able to get past a dialog; to decline is to ask for nothing.
  effect: { least: "read", most: "write", of: ({ accept }) => (accept ? "write" : "read") },
  input: z.object({
    accept: z.boolean().describe("OK or cancel."),
    text: z.string().optional().describe("What to answer a prompt."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ accept, text, page_id }, { session }) {
    const tab = await session.tab(page_id);
    const dialog = await tab.answerDialog(accept, text);
    return session.report(`${accept ? "Accepted" : "Dismissed"} the ${dialog}`, tab);
  },
});

const wait = defineTool({
  name: "puppeteer_wait_for",
  title: "Wait",
  description: "Waits until a text or element is there, a text is gone, or a time has passed.",
  effect: "read",
  input: z.object({
    text: z.string().optional().describe("Text to appear."),
    selector: z.string().optional().describe("Element to appear."),
    gone: z.string().optional().describe("Text to vanish."),
    time_ms: z.int().min(0).max(50_000).optional().describe("Just time; else patience."),
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
  description: "Closes all pages and forgets cookies, logins and screenshots.",
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
