// Checked by `tsc`: each marked line must stay a compile error.
import { z } from "zod";
import {
  cuttable,
  defineServer,
  defineTool,
  defineToolset,
  fromJsonSchema,
  promptFactory,
  reply,
  text,
  toolFactory,
} from "../src/index.ts";

interface Context {
  readonly shelf: { count(): number };
}

const defineShelfTool = toolFactory<Context>();
const facts = {
  name: "count_books",
  title: "Count",
  description: "Counts.",
  effect: "read",
} as const;
const input = z.object({ genre: z.string().describe("Genre.") });
const output = z.object({ count: z.number() });

const countBooks = defineShelfTool({
  ...facts,
  input,
  output,
  run: ({ genre }, { shelf, signal }) => ({
    count: genre.length + shelf.count() + Number(signal.aborted),
  }),
  render: ({ count }) => `${count} books`,
});

defineTool({
  ...facts,
  input,
  output,
  // @ts-expect-error the output has another shape
  run: () => ({ total: 1 }),
});

defineTool({
  ...facts,
  input,
  output,
  // @ts-expect-error data has no content blocks of its own
  run: () => reply(text("one")),
});

const list = z.object({ rows: z.array(z.object({ names: z.array(z.string()) })) });
const fixed: readonly { readonly names: readonly string[] }[] = [{ names: ["one"] }];
defineTool({ ...facts, input, output: list, run: () => ({ rows: fixed }) });

defineTool({
  ...facts,
  input,
  output: list,
  // @ts-expect-error numbers are not names, however readonly
  run: () => ({ rows: [{ names: [1] as const }] }),
});

defineTool({ ...facts, input, output: z.void(), run: () => reply(text("one")) });

// @ts-expect-error an answer of content blocks needs a reply
defineTool({ ...facts, input, output: z.void(), run: () => "one" });

// @ts-expect-error a tool without an effect
defineTool({
  name: "a_tool",
  title: "A",
  description: "A.",
  input,
  output,
  run: () => ({ count: 1 }),
});

// @ts-expect-error no such effect
defineTool({ ...facts, effect: "update", input, output, run: () => ({ count: 1 }) });

defineShelfTool({
  ...facts,
  input,
  output,
  // @ts-expect-error the context has no such thing
  run: (_, { database }) => ({ count: database.count() }),
});

defineTool({
  ...facts,
  input,
  output,
  // @ts-expect-error an argument the input does not have
  run: ({ author }) => ({ count: author.length }),
});

defineTool({
  ...facts,
  input: fromJsonSchema<{ n: number }>({ type: "object" }),
  output: z.string(),
  run: ({ n }) => n.toFixed(),
});

// @ts-expect-error a secret is a yes or a no
z.string().meta({ secret: "yes" });

// @ts-expect-error no such kind
z.string().meta({ kind: "folder" });

// @ts-expect-error only a list can be cut
cuttable(z.string());

promptFactory<Context>()({
  name: "review",
  description: "Reviews.",
  arguments: z.object({ path: z.string() }),
  get: ({ path }, { shelf }) => `${path} ${shelf.count()}`,
  // @ts-expect-error completes an argument the prompt does not have
  complete: { file: () => [] },
});

const books = defineToolset({ name: "books", description: "Books.", tools: [countBooks] });
const packageFacts = { name: "@shelf/server", version: "1.0.0", description: "Shelf." };

defineServer({
  name: "shelf",
  title: "Shelf",
  package: packageFacts,
  config: z.object({ size: z.number() }),
  connect: ({ size }) => ({ context: { shelf: { count: () => size } } }),
  toolsets: [books],
});

defineServer<Context, z.ZodObject>({
  name: "shelf",
  title: "Shelf",
  package: packageFacts,
  config: z.object({}),
  // @ts-expect-error the tools need a shelf
  connect: () => ({ context: {} }),
  toolsets: [books],
});

defineTool({
  ...facts,
  input,
  output: z.string(),
  async run(_, { elicit, once }) {
    const form = z.object({ pages: z.int().default(1) });
    const answer = await elicit(form, "How many?");
    // @ts-expect-error: there is no content unless the person accepted.
    answer.content;
    if (answer.action !== "accept") return answer.action;
    const pages: number = await once("double", () => answer.content.pages * 2);
    // @ts-expect-error: the form has no such field.
    answer.content.chapters;
    return String(pages);
  },
});
