import { RpcError } from "@fairlead/runtime/testing";
import { afterAll, describe, expect, test } from "vitest";
import { serveShop } from "./support/serve.ts";

const { shop, client, close } = await serveShop();
afterAll(close);

describe("resources and prompts", () => {
  test("name tables by id, never by user or host, and read former addresses", async () => {
    const listed = JSON.stringify(await client.request("resources/list"));
    expect(listed).toContain("postgres://shop/public/orders/schema");
    expect(listed).not.toContain("127.0.0.1");
    const expected = { column_name: "customer_id", data_type: "integer" };
    const former = new URL("orders/schema", shop.url).href;
    const short = "postgres://shop/orders/schema";
    for (const uri of ["postgres://shop/public/orders/schema", short, former]) {
      const { contents } = await client.request("resources/read", { uri });
      const [{ text }] = Object(contents);
      expect(JSON.parse(text)).toContainEqual(expected);
    }
    const sample = await client.request("resources/read", {
      uri: "postgres://shop/public/customers/sample",
    });
    expect(JSON.stringify(sample)).toContain("example.com");
    const overview = await client.request("resources/read", { uri: "pg://schema" });
    expect(JSON.stringify(overview)).toContain("People who have an account.");
  });

  test.for([
    "postgres://shop/public/nothing/schema",
    "postgres://nowhere/public/orders/schema",
    "postgres://postgres@db.example.com/orders/schema",
  ])("say what is not there: %s", async (uri) => {
    await expect(client.request("resources/read", { uri })).rejects.toThrow(RpcError);
  });

  test("complete ids, schemas and tables", async () => {
    const complete = async (name: string, value: string, given: Record<string, string>) => {
      const { completion } = await client.request("completion/complete", {
        ref: { type: "ref/resource", uri: "postgres://{db}/{schema}/{table}/schema" },
        argument: { name, value },
        context: { arguments: given },
      });
      return Object(completion).values;
    };
    expect(await complete("db", "o", {})).toEqual(["other"]);
    expect(await complete("schema", "pub", { db: "shop" })).toEqual(["public"]);
    const table = await complete("table", "order_", { db: "shop", schema: "public" });
    expect(table).toEqual(["order_items"]);
  });

  test.for([
    ["explore_schema", { schema: "public" }, "table orders"],
    ["optimize_query", { sql: "SELECT 7" }, "SELECT 7"],
    ["write_query", { question: "Who buys most?" }, "customer_id"],
  ] as const)("fill the prompt %s", async ([name, args, word]) => {
    const prompt = await client.request("prompts/get", { name, arguments: args });
    expect(JSON.stringify(prompt)).toContain(word);
  });
});
