import { cursor } from "../call.ts";
import type { Scene } from "../scene.ts";

const call = (tool: string, given: object = {}) => ({ tool, arguments: { ...given } });
const refused = (tool: string, given: object) => ({ ...call(tool, given), refused: true });

const calls = [
  call("query", { sql: "SELECT name, email, joined_on FROM customers ORDER BY id LIMIT 5" }),
  call("query", { sql: "SELECT * FROM order_items ORDER BY order_id, line", max_rows: 1000 }),
  {
    ...call("query", { sql: "SELECT * FROM order_items ORDER BY order_id, line", max_rows: 1000 }),
    heard: { cursor },
  },
  call("query", { sql: "SELECT name FROM products WHERE id = $1", params: [3] }),
  call("query", { sql: "SELECT repeat('very long ', 9000) AS tale" }),
  call("query", { sql: "SELECT attributes, NULL AS nothing, true AS yes FROM products LIMIT 2" }),
  refused("query", { sql: "SELECT nonsense FROM customers" }),
  refused("query", { sql: "DELETE FROM customers" }),
  call("explain_query", { sql: "SELECT * FROM customers WHERE id = 7" }),
  call("explain_query", { sql: "SELECT * FROM customers WHERE id = 7", format: "json" }),
  call("list_schemas"),
  call("list_objects", { schema_name: "public" }),
  call("get_object_details", { schema_name: "public", object_name: "products" }),
  refused("get_object_details", { schema_name: "public", object_name: "absentees" }),
  call("search_objects", { pattern: "order" }),
  call("search_objects", { pattern: "price", object_type: "column", detail: "full" }),
  call("list_databases"),
];

export const postgres: Scene = {
  server: "postgres",
  async open() {
    return {
      prepare: async () => ({ args: ["--demo"], env: {}, calls }),
      close: async () => undefined,
    };
  },
};
