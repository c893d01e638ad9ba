import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";

const listItems = defineTool({
  name: "list_items",
  title: "List items",
  description: "Returns numbered items page by page. Pass next_cursor back as cursor for the next.",
  effect: "read",
  input: z.object({
    limit: z.int().min(1).max(10_000).default(50).describe("Items on a page; 50 by default."),
    cursor: cursor(z.int().min(0)).describe("The next_cursor of the page before."),
  }),
  output: z.object({
    items: cuttable(z.array(z.object({ number: z.int(), name: z.string() }))),
    total: z.int(),
    next_cursor: cursor(z.int().min(0)),
  }),
  run({ limit, cursor: start = 0 }, { config }) {
    const end = Math.min(start + limit, config.items);
    const items = Array.from({ length: Math.max(0, end - start) }, (_, offset) => ({
      number: start + offset + 1,
      name: `Item ${start + offset + 1}`,
    }));
    return { items, total: config.items, ...(end < config.items && { next_cursor: end }) };
  },
  resume: ({ cursor: start = 0 }, kept) => start + kept,
});

const measureText = defineTool({
  name: "measure_text",
  title: "Measure a text",
  description: "Counts the characters and words of a text and returns both numbers.",
  effect: "read",
  input: z.object({ text: z.string().describe("The text to measure.") }),
  output: z.object({ characters: z.int(), words: z.int() }),
  run: ({ text }) => ({
    characters: text.length,
    words: text.split(/\s+/).filter((word) => word !== "").length,
  }),
  render: ({ characters, words }) => `${characters} characters, ${words} words`,
});

const listPrimes = defineTool({
  name: "list_primes",
  title: "List primes",
  description: "Returns the prime numbers below a bound: an answer that is a list, not an object.",
  effect: "read",
  input: z.object({
    below: z.int().min(0).max(10_000).default(30).describe("Bound, not included."),
  }),
  output: z.array(z.int()),
  run: ({ below }) =>
    Array.from({ length: below }, (_, number) => number).filter(
      (number) => number > 1 && !hasDivisor(number),
    ),
});

const makeText = defineTool({
  name: "make_text",
  title: "Make a text",
  description: "Returns a text of the length asked for, to see what happens to a long answer.",
  effect: "read",
  input: z.object({
    length: z.int().min(0).max(10_000_000).describe("Characters in the text."),
  }),
  output: z.string(),
  run: ({ length }) => "0123456789".repeat(Math.ceil(length / 10)).slice(0, length),
});

const describeCaller = defineTool({
  name: "describe_caller",
  title: "Describe the caller",
  description: "Returns what the server knows of the client that calls it.",
  effect: "read",
  input: z.object({}),
  output: z.object({
    principal: z.string(),
    client: z.object({ name: z.string(), version: z.string() }).optional(),
    capabilities: z.array(z.string()),
  }),
  run: (_, { principal, clientInfo, clientCapabilities }) => ({
    principal: principal.id,
    ...(clientInfo && { client: clientInfo }),
    capabilities: Object.keys(clientCapabilities).sort(),
  }),
});

export const results = defineToolset({
  name: "results",
  title: "Results",
  description: "Structured answers, lists, pages and long texts.",
  tools: [listItems, measureText, listPrimes, makeText, describeCaller],
});

function hasDivisor(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) {
    if (number % divisor === 0) return true;
  }
  return false;
}
