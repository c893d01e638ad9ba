import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { formatConsole } from "../console-log.ts";
import { defineTool } from "../context.ts";
import { emulate } from "../emulation.ts";
import { pageId } from "./inputs.ts";

const mostAtOnce = 100;

const messages = defineTool({
  name: "puppeteer_console_messages",
  title: "Console messages",
  description: "Lists what a page said on its console, repeats counted.",
  effect: "read",
  input: z.object({
    level: z.enum(["debug", "log", "info", "warn", "error"]).default("log").describe("Least."),
    page_id: pageId,
    cursor: cursor(z.int()).describe("Next page."),
  }),
  output: z.object({
    messages: cuttable(z.array(z.string())),
    next_cursor: cursor(z.int()),
  }),
  async run({ level, page_id, cursor: start = 0 }, { session }) {
    const { console } = await session.tab(page_id);
    const all = console.list(level).map((entry) => session.secrets.mask(formatConsole(entry)));
    const end = start + mostAtOnce;
    return {
      messages: all.slice(start, end),
      next_cursor: end < all.length ? end : undefined,
    };
  },
  render: (output) => output.messages.join("\n") || "Nothing was said.",
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const requests = defineTool({
  name: "puppeteer_network_requests",
  title: "Network requests",
  description: "Lists the requests of a page: id, method, status, type, URL.",
  effect: "read",
  input: z.object({
    filter: z.string().optional().describe("Part of the URL, or a type such as xhr."),
    page_id: pageId,
    cursor: cursor(z.int()).describe("Next page."),
  }),
  output: z.object({
    requests: cuttable(z.array(z.string())),
    next_cursor: cursor(z.int()),
  }),
  async run({ filter, page_id, cursor: start = 0 }, { session }) {
    const { network } = await session.tab(page_id);
    const all = network.list(filter).map(({ id, method, status, error, type, url }) => {
      const line = `${id} ${method} ${status ?? error ?? "pending"} ${type} ${url}`;
      return session.secrets.mask(line);
    });
    const end = start + mostAtOnce;
    return {
      requests: all.slice(start, end),
      next_cursor: end < all.length ? end : undefined,
    };
  },
  render: (output) => output.requests.join("\n") || "No request was made.",
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const request = defineTool({
  name: "puppeteer_network_request",
  title: "Network request",
  description: "Shows headers and bodies of one request; credentials are hidden.",
  effect: "read",
  input: z.object({ id: z.string().describe("Id, such as r1."), page_id: pageId }),
  output: z.string(),
  async run({ id, page_id }, { session }) {
    const tab = await session.tab(page_id);
    const details = await tab.read(() => tab.network.details(id));
    return JSON.stringify(session.secrets.maskValue(details), null, 2);
  },
});

const pretend = defineTool({
  name: "puppeteer_emulate",
  title: "Emulate",
  description: "Changes the screen, network, user agent or media a page believes in.",
  effect: "read",
  input: z.object({
    width: z.int().min(1).max(4_000).optional().describe("Of the view."),
    height: z.int().min(1).max(4_000).optional().describe("Of the view."),
    mobile: z.boolean().optional().describe("Touch screen."),
    user_agent: z.string().optional().describe("User agent."),
    network: z.enum(["online", "offline", "slow-3g", "fast-3g"]).optional().describe("Connection."),
    color_scheme: z.enum(["light", "dark"]).optional().describe("Preference."),
    media: z.enum(["screen", "print"]).optional().describe("CSS media."),
    page_id: pageId,
  }),
  output: z.string(),
  async run({ page_id, user_agent, color_scheme, ...rest }, { session }) {
    const tab = await session.tab(page_id);
    const wanted = { ...rest, userAgent: user_agent, colorScheme: color_scheme };
    const done = await tab.read(() => emulate(tab.page, wanted));
    return session.report(`Emulating: ${done.join(", ") || "nothing new"}.`, tab);
  },
});

export const inspect = defineToolset({
  name: "inspect",
  title: "Inspect",
  description: "Console, network and emulation.",
  openWorld: true,
  tools: [messages, requests, request, pretend],
});
