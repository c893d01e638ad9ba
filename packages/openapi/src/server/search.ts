import {
  cuttable,
  defineToolset,
  fromJsonSchema,
  type JsonSchema,
  ToolError,
  type Toolset,
  toolFactory,
} from "@fairlead/runtime";
import type { Check } from "@fairlead/runtime/schema";
import { compileArguments, loadRawValidator, type RawValidator } from "@fairlead/runtime/schema";
import { z } from "zod";
import {
  type ApiData,
  listOperations,
  type OperationEntry,
  toInput,
  toListed,
} from "../data/data.ts";
import { toChecked } from "../data/exact.ts";
import { toFacts } from "../data/facts.ts";
import type { ApiContext } from "./context.ts";
import { SearchIndex } from "./search-index.ts";
import { callOperation, type Wraps } from "./wraps.ts";

const defineTool = toolFactory<ApiContext>();
const effects = z.enum(["read", "write", "destroy"]);

/** Three tools for all operations of an API: find some, read about one, call it. */
export function toSearchToolset(data: ApiData, wraps: Wraps): Toolset<ApiContext> {
  const catalog = new Catalog(data);
  const groups = data.groups.map(({ name }) => name);
  const some = groups.slice(0, 40).join(", ") + (groups.length > 40 ? ", ..." : "");
  return defineToolset({
    name: "operations",
    description: `Search, describe and call all ${toFacts(data).operations} operations of ${data.title}.`,
    openWorld: true,
    tools: [
      defineTool({
        name: "search_operations",
        title: "Search operations",
        description: `Finds what the ${data.title} API can do, by words such as "create issue" or "list users". Returns the names of matching operations, best match first, and what each does. Read one with describe_operation, then run it with call_operation.`,
        effect: "read",
        input: z.object({
          query: z
            .string()
            .default("")
            .describe(
              "What to do and with what, for example `create issue`. Without it, all operations are listed.",
            ),
          group: z
            .string()
            .optional()
            .describe(`Return only operations of this group: ${some}. Default: all groups.`),
          limit: z
            .int()
            .min(1)
            .max(100)
            .default(10)
            .describe("Maximum number of operations to return, 1 to 100. Default: 10."),
        }),
        output: z.object({
          operations: cuttable(
            z.array(z.object({ name: z.string(), what: z.string(), effect: effects })),
          ),
          total: z.int(),
        }),
        run: ({ query, group, limit }) => catalog.search(query, group, limit),
        render: ({ operations, total }) =>
          [
            ...operations.map(({ name, what, effect }) => `${name} [${effect}] ${what}`),
            `${operations.length} of ${total} that fit.`,
          ].join("\n"),
      }),
      defineTool({
        name: "describe_operation",
        title: "Describe operation",
        description:
          "Describes one operation of the API: what it does, the JSON Schema of its arguments and the fields of its answer. Call it before call_operation.",
        effect: "read",
        input: z.object({
          name: z.string().describe("Name of the operation, as search_operations returned it."),
        }),
        output: z.object({
          name: z.string(),
          description: z.string(),
          effect: effects,
          arguments: z.looseObject({}),
          returns: z.string().optional(),
        }),
        run: ({ name }) => catalog.describe(name),
      }),
      defineTool({
        name: "call_operation",
        title: "Call operation",
        description:
          "Calls one operation of the API and returns its answer: JSON or text as it is, pictures and sounds as such, other files as a link. Read its arguments with describe_operation first.",
        effect: catalog.effect,
        input: z.object({
          name: z.string().describe("Name of the operation, as search_operations returned it."),
          arguments: z
            .looseObject({})
            .default({})
            .describe(
              "Arguments of the operation, as describe_operation lists them. Default: none.",
            ),
          fields: z
            .array(z.string())
            .default([])
            .describe(
              "Fields of a JSON answer to return, for example `id` or `owner.login` for a nested one. Default: all fields.",
            ),
        }),
        output: z.void(),
        async run({ name, arguments: args, fields }, context) {
          const { entry, checked, value } = await catalog.check(name, args);
          return callOperation(entry, { args: value, checked, fields }, context, wraps);
        },
      }),
    ],
  });
}

/** The operations by name, with what searching and checking them needs, made when it is needed. */
class Catalog {
  readonly #data: ApiData;
  readonly #checks = new Map<string, { readonly checked: JsonSchema; readonly check: Check }>();
  #entries: ReadonlyMap<string, OperationEntry> | undefined;
  #index: SearchIndex | undefined;
  #compile: Promise<RawValidator> | undefined;

  constructor(data: ApiData) {
    this.#data = data;
  }

  /** What a call may do: that of the operation it names. */
  get effect() {
    const { least, most } = toFacts(this.#data);
    return {
      least,
      most,
      of: ({ name }: { readonly name: string }) => this.#get(name)?.effect ?? "read",
    };
  }

  search(query: string, group: string | undefined, limit: number) {
    const groups = this.#data.groups.map(({ name }) => name);
    if (group !== undefined && !groups.includes(group)) {
      throw new ToolError(`There is no group "${group}".`, `There are: ${groups.join(", ")}.`);
    }
    this.#index ??= new SearchIndex(this.#data);
    const { entries, total } = this.#index.find(query, group);
    const operations = entries.slice(0, limit).map((entry) => ({
      name: entry.name,
      what: toFirstSentence(entry.description),
      effect: entry.effect,
    }));
    return { operations, total };
  }

  describe(name: string) {
    const entry = this.#find(name);
    const { description, effect, returns } = entry;
    const schema = toListed(entry, this.#data);
    return { name, description, effect, arguments: { ...schema }, ...(returns && { returns }) };
  }

  /** The operation, once it is known that the arguments fit it. */
  async check(name: string, args: unknown) {
    const entry = this.#find(name);
    let known = this.#checks.get(name);
    if (known === undefined) {
      this.#compile ??= loadRawValidator();
      const input = toInput(entry, this.#data);
      const checked = toChecked(input);
      const check = compileArguments(fromJsonSchema(checked), input, await this.#compile);
      known = { checked, check };
      this.#checks.set(name, known);
    }
    const found = known.check(args);
    if ("value" in found) {
      return { entry, checked: known.checked, value: Object(found.value) };
    }
    throw new ToolError(
      `The arguments do not fit ${name}. ${found.problems.join(" ")}`,
      "Call describe_operation to see what it takes.",
    );
  }

  #get(name: string): OperationEntry | undefined {
    this.#entries ??= new Map(listOperations(this.#data).map((entry) => [entry.name, entry]));
    return this.#entries.get(name);
  }

  #find(name: string): OperationEntry {
    const entry = this.#get(name);
    if (entry !== undefined) return entry;
    const { operations } = this.search(name, undefined, 5);
    const similar = operations.map((one) => one.name).join(", ");
    throw new ToolError(
      `There is no operation "${name}".`,
      similar === "" ? "Call search_operations." : `Similar: ${similar}.`,
    );
  }
}

function toFirstSentence(text: string): string {
  const end = text.search(/(?<=[.!?])\s|\n/);
  const first = end === -1 ? text : text.slice(0, end);
  return first.length <= 160 ? first : `${first.slice(0, 159)}…`;
}
