import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { readDetails, toText } from "../details.ts";
import { listObjects, listSchemas, objectTypes, searchObjects } from "../objects.ts";

const database = z.string().optional().describe("Database id.");
const page = cursor(z.int()).describe("next_cursor.");
const objects = cuttable(
  z.array(
    z.object({
      schema: z.string(),
      name: z.string(),
      type: z.string(),
      rows: z.int().optional(),
      comment: z.string().optional(),
      columns: z.array(z.string()).optional(),
    }),
  ),
);
const pageSize = 200;

interface Line {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly rows?: number | undefined;
  readonly comment?: string | undefined;
  readonly columns?: readonly string[] | undefined;
}

function toLine({ schema, name, type, rows, comment, columns }: Line): string {
  const count = rows === undefined ? "" : ` ~${rows} rows`;
  const list = columns === undefined ? "" : ` (${columns.join(", ")})`;
  return `${type} ${schema}.${name}${list}${count}${comment === undefined ? "" : ` -- ${comment}`}`;
}

/** The objects as the output has them. */
function toOutput(
  found: { readonly objects: readonly Line[]; readonly more: boolean },
  skip: number,
) {
  return {
    objects: found.objects.map(({ columns, ...object }) => ({
      ...object,
      ...(columns && { columns: [...columns] }),
    })),
    ...(found.more && { next_cursor: skip + found.objects.length }),
  };
}

const schemas = defineTool({
  name: "list_schemas",
  title: "List schemas",
  description: "Lists the schemas with their owner and number of tables.",
  effect: "read",
  input: z.object({ database }),
  output: z.object({
    schemas: cuttable(
      z.array(
        z.object({
          name: z.string(),
          owner: z.string(),
          tables: z.int(),
          system: z.boolean(),
        }),
      ),
    ),
  }),
  async run({ database: id }, { databases, signal }) {
    return { schemas: [...(await listSchemas(databases.get(id), { signal }))] };
  },
  render: ({ schemas: all }) =>
    all.map(({ name, tables, system }) => `${name} ${tables}${system ? " system" : ""}`).join("\n"),
});

const listAll = defineTool({
  name: "list_objects",
  title: "List objects",
  description: "Lists tables, views and other objects, with estimated rows and comments.",
  effect: "read",
  input: z.object({
    schema_name: z.string().optional().describe("All but system ones by default."),
    object_type: z.enum(objectTypes).optional().describe("Only these."),
    database,
    cursor: page,
  }),
  output: z.object({ objects, next_cursor: cursor(z.int()) }),
  async run({ schema_name, object_type, database: id, cursor: skip = 0 }, { databases, signal }) {
    const selection = { schema: schema_name, type: object_type, skip, limit: pageSize, signal };
    return toOutput(await listObjects(databases.get(id), selection), skip);
  },
  render: (output) => output.objects.map(toLine).join("\n") || "There are none.",
  resume: ({ cursor: skip = 0 }, kept) => skip + kept,
});

const details = defineTool({
  name: "get_object_details",
  title: "Get object details",
  description: "Returns columns, constraints, indexes or the definition of one object.",
  effect: "read",
  input: z.object({
    schema_name: z.string().describe("Schema."),
    object_name: z.string().describe("Name."),
    object_type: z.enum(objectTypes).default("table").describe("Type."),
    database,
  }),
  output: z.object({
    type: z.string(),
    columns: z.array(z.record(z.string(), z.unknown())).optional(),
    constraints: z.array(z.string()).optional(),
    indexes: z.array(z.string()).optional(),
    definition: z.string().optional(),
    comment: z.string().optional(),
    text: z.string(),
  }),
  async run({ schema_name, object_name, object_type, database: id }, { databases, signal }) {
    const object = { schema: schema_name, name: object_name, type: object_type };
    const found = await readDetails(databases.get(id), object, { signal });
    const { schema: _, name: __, columns, constraints, indexes, ...rest } = found;
    return {
      ...rest,
      ...(columns && { columns: [...columns] }),
      ...(constraints && { constraints: [...constraints] }),
      ...(indexes && { indexes: [...indexes] }),
      text: toText(found),
    };
  },
  render: ({ text }) => text,
});

const search = defineTool({
  name: "search_objects",
  title: "Search objects",
  description: "Finds objects and columns by a part of their name.",
  effect: "read",
  input: z.object({
    pattern: z.string().describe("Part of a name, or LIKE pattern with %."),
    object_type: z
      .enum([...objectTypes, "column"])
      .optional()
      .describe("Only these."),
    schema_name: z.string().optional().describe("Only there."),
    detail: z.enum(["names", "summary", "full"]).default("summary").describe("How much of each."),
    database,
    cursor: page,
  }),
  output: z.object({ objects, next_cursor: cursor(z.int()) }),
  async run({ pattern, detail, database: id, cursor: skip = 0, ...rest }, { databases, signal }) {
    const { object_type: type, schema_name: name } = rest;
    const selection = { pattern, type, schema: name, skip, limit: pageSize, signal };
    return toOutput(await searchObjects(databases.get(id), { ...selection, detail }), skip);
  },
  render: (output) => output.objects.map(toLine).join("\n") || "Nothing has such a name.",
  resume: ({ cursor: skip = 0 }, kept) => skip + kept,
});

const listIds = defineTool({
  name: "list_databases",
  title: "List databases",
  description: "Lists the ids of the databases; the first is the default.",
  effect: "read",
  input: z.object({}),
  output: z.object({ databases: z.array(z.string()) }),
  run: (_, { databases }) => ({ databases: [...databases.ids] }),
  render: ({ databases }) => databases.join("\n"),
});

export const schema = defineToolset({
  name: "schema",
  title: "Schema",
  description: "Find out what the databases hold.",
  tools: [schemas, listAll, details, search, listIds],
});
