import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { formatConsole } from "../tab/console-log.ts";
import { emulate } from "../tab/emulation.ts";
import { pageId } from "./fields.ts";

const mostAtOnce = 100;
const nextPage = cursor(z.int()).describe(
  "next_cursor of the previous answer, to get the next page.",
);

const messages = defineTool({
  name: "puppeteer_console_messages",
  title: "Console messages",
  description:
    "See the messages and errors in the browser console of a page; repeated ones are counted.",
  effect: "read",
  input: z.object({
    level: z
      .enum(["debug", "log", "info", "warn", "error"])
      .default("log")
      .describe("Least severe level to list; `log` by default."),
    page_id: pageId,
    cursor: nextPage,
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
  render: (output) => output.messages.join("\n") || "There are no messages.",
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const requests = defineTool({
  name: "puppeteer_network_requests",
  title: "Network requests",
  description: "List the network requests a page makes: id, method, status, type and URL of each.",
  effect: "read",
  input: z.object({
    filter: z.string().optional().describe("Part of the URL, or a type such as `xhr`."),
    page_id: pageId,
    cursor: nextPage,
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
  render: (output) => output.requests.join("\n") || "There are no requests.",
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const request = defineTool({
  name: "puppeteer_network_request",
  title: "Network request",
  description:
    "Show the headers and bodies of one network request and its response. Credentials are hidden.",
  effect: "read",
  input: z.object({ id: z.string().describe("Id of the request, such as `r1`."), page_id: pageId }),
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
  description:
    "Emulate another device or network: size, mobile, user agent, dark mode, print, offline.",
  effect: "read",
  input: z.object({
    width: z.int().min(1).max(4_000).optional().describe("Width of the view in pixels."),
    height: z.int().min(1).max(4_000).optional().describe("Height of the view in pixels."),
    mobile: z.boolean().optional().describe("Behave as a phone with a touch screen."),
    user_agent: z.string().optional().describe("User agent the page sees."),
    network: z
      .enum(["online", "offline", "slow-3g", "fast-3g"])
      .optional()
      .describe("Speed of the network, or no network at all."),
    color_scheme: z
      .enum(["light", "dark"])
      .optional()
      .describe("Color scheme the page should prefer."),
    media: z.enum(["screen", "print"]).optional().describe("CSS media type to render for."),
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
