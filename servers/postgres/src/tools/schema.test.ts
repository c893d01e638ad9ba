import { afterAll, describe, expect, test } from "vitest";
import { serveShop } from "../../test/support/serve.ts";

const { call, close } = await serveShop();
afterAll(close);

describe("schema tools", () => {
  test("find schemas, objects and columns", async () => {
    expect((await call("list_schemas")).output.schemas[0]).toMatchObject({ name: "public" });
    const { output } = await call("list_objects", { schema_name: "public", object_type: "table" });
    expect(output.objects.map(({ name }: { name: string }) => name)).toContain("orders");
    const found = await call("search_objects", { pattern: "placed", object_type: "column" });
    expect(found.output.objects).toMatchObject([{ name: "orders.placed_at", type: "column" }]);
    const full = await call("search_objects", { pattern: "order_items", detail: "full" });
    expect(full.text).toContain("unit_price numeric(10,2)");
    const names = await call("search_objects", { pattern: "customers", detail: "names" });
    expect(names.text).not.toContain("People");
  });

  test.for([
    ["table", "orders", "orders_customer_idx"],
    ["view", "monthly_revenue", "date_trunc"],
    ["sequence", "numbers", "increment 1"],
    ["function", "double_price", "STABLE"],
    ["extension", "plpgsql", "version"],
  ])("tell all of a %s", async ([object_type, object_name, word]) => {
    const args = { schema_name: "public", object_name, object_type };
    const { text, isError } = await call("get_object_details", args);
    expect(isError, text).toBe(false);
    expect(text).toContain(word);
  });

  test("take names as names", async () => {
    const evil = "orders'; DROP TABLE victim; --";
    const args = { schema_name: "public", object_name: evil };
    expect((await call("get_object_details", args)).isError).toBe(true);
    expect((await call("search_objects", { pattern: evil })).output.objects).toEqual([]);
    expect((await call("list_objects", { schema_name: evil })).output.objects).toEqual([]);
  });
});
