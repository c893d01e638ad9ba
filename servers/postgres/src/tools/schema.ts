import { cursor, cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { readDetails } from "../inspect/details.ts";
import { cutDetails, toText } from "../inspect/details-pages.ts";
import { listObjects, listSchemas, searchObjects } from "../inspect/objects.ts";
import { objectTypes } from "../inspect/objects-sql.ts";
import { database, nextPage, page } from "./fields.ts";

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
    objects: found.objects,
    ...(found.more && { next_cursor: skip + found.objects.length }),
  };
}

const schemas = defineTool({
  name: "list_schemas",
  title: "List schemas",
  description: "List the schemas of a database with their owner and number of tables.",
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
    return { schemas: await listSchemas(databases.get(id), { signal }) };
  },
  render: ({ schemas: all }) =>
    all
      .map(({ name, owner, tables, system }) => {
        return `${name}: ${tables} tables, owner ${owner}${system ? ", system" : ""}`;
      })
      .join("\n"),
});

const listAll = defineTool({
  name: "list_objects",
  title: "List objects",
  description:
    "Show the tables, views and other objects in the database, with estimated rows and comments. Functions are listed only with a schema_name or object_type.",
  effect: "read",
  input: z.object({
    schema_name: z
      .string()
      .optional()
      .describe("Only this schema; all except the system schemas by default."),
    object_type: z
      .enum(objectTypes)
      .optional()
      .describe("Only objects of this type; all by default."),
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

/** Characters kept free for the cursor. */
const reserve = 1_000;
const shownBefore = z.object({ items: z.int(), characters: z.int() });

const column = z.object({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  default: z.string().optional(),
  identity: z.string().optional(),
  generated: z.string().optional(),
  collation: z.string().optional(),
  comment: z.string().optional(),
});

const details = defineTool({
  name: "get_object_details",
  title: "Get object details",
  description:
    "Describe one table: its columns with types, constraints and indexes, and its partitions, policies and triggers. For a view, function, sequence, type or extension it shows the definition.",
  effect: "read",
  input: z.object({
    schema_name: z.string().describe("Schema of the object, such as `public`."),
    object_name: z
      .string()
      .describe("Name of the object, without its schema, in double quotes or not."),
    object_type: z
      .enum(objectTypes)
      .default("table")
      .describe("Type of the object; `table` by default."),
    database,
    cursor: cursor(shownBefore).describe(nextPage),
  }),
  output: z.object({
    schema: z.string(),
    name: z.string(),
    type: z.string(),
    columns: z.array(column).optional(),
    constraints: z.array(z.string()).optional(),
    indexes: z.array(z.string()).optional(),
    properties: z.array(z.string()).optional(),
    definition: z.string().optional(),
    comment: z.string().optional(),
    next_cursor: cursor(shownBefore),
  }),
  async run({ schema_name, object_name, object_type, ...page }, { databases, signal, room }) {
    const object = { schema: schema_name, name: object_name, type: object_type };
    const found = await readDetails(databases.get(page.database), object, { signal });
    const { cursor: from = { items: 0, characters: 0 } } = page;
    const { part, next } = cutDetails(found, from, room(reserve));
    return { ...part, ...(next && { next_cursor: next }) };
  },
  render: toText,
});

const search = defineTool({
  name: "search_objects",
  title: "Search objects",
  description:
    "Find tables, views, functions and columns by a part of their name, in upper or lower case.",
  effect: "read",
  input: z.object({
    pattern: z.string().describe("Part of a name, such as `order`, or a LIKE pattern with %."),
    object_type: z
      .enum([...objectTypes, "column"])
      .optional()
      .describe("Only objects of this type; all by default."),
    schema_name: z.string().optional().describe("Only this schema; all by default."),
    detail: z
      .enum(["names", "summary", "full"])
      .default("summary")
      .describe(
        "`names`, `summary` (with comments and rows, the default) or `full` (with columns).",
      ),
    database,
    cursor: page,
  }),
  output: z.object({ objects, next_cursor: cursor(z.int()) }),
  async run({ pattern, detail, database: id, cursor: skip = 0, ...rest }, { databases, signal }) {
    const { object_type: type, schema_name: name } = rest;
    const selection = { pattern, type, schema: name, skip, limit: pageSize, signal };
    return toOutput(await searchObjects(databases.get(id), { ...selection, detail }), skip);
  },
  render: (output) => output.objects.map(toLine).join("\n") || "No object has such a name.",
  resume: ({ cursor: skip = 0 }, kept) => skip + kept,
});

const listIds = defineTool({
  name: "list_databases",
  title: "List databases",
  description: "List the ids of the databases this server can reach; the first is the default.",
  effect: "read",
  input: z.object({}),
  output: z.object({ databases: z.array(z.string()) }),
  run: (_, { databases }) => ({ databases: databases.ids }),
  render: ({ databases }) => databases.join("\n"),
});

export const schema = defineToolset({
  name: "schema",
  title: "Schema",
  description: "Explore the schemas, tables and other objects of the databases.",
  tools: [schemas, listAll, details, search, listIds],
});
