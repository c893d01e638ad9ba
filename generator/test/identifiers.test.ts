import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json } from "../src/json.ts";
import { load } from "../src/load/load.ts";
import { plan } from "../src/plan/plan.ts";
import { createFolder, inputOf, serve, toDocument, toPlan } from "./support/api.ts";
import { json, ok, send } from "./support/calls.ts";

// References by other means than pointers: each leads to the schema it means, or to a reason.

const text = { type: "string" };
const object = (properties: Json, more: Json = {}) => ({ type: "object", properties, ...more });
const cat = object({ lives: { type: "integer" } });

test.each<readonly [string, Json, Json]>([
  ["$anchor", { $ref: "#cat" }, { Cat: { $anchor: "cat", ...cat } }],
  [
    "$id, absolute",
    { $ref: "https://api.example/cat" },
    { Cat: { $id: "https://api.example/cat", ...cat } },
  ],
  [
    "$id, relative to the $id around it",
    { $ref: "#/components/schemas/Zoo" },
    {
      Zoo: { $id: "https://api.example/zoo/", allOf: [{ $ref: "cat" }] },
      Cat: { $id: "https://api.example/zoo/cat", ...cat },
    },
  ],
  [
    "$id with an anchor",
    { $ref: "https://api.example/zoo#cat" },
    { Zoo: { $id: "https://api.example/zoo", $defs: { Cat: { $anchor: "cat", ...cat } } } },
  ],
  [
    "$id with a pointer",
    { $ref: "https://api.example/zoo#/$defs/Cat" },
    { Zoo: { $id: "https://api.example/zoo", $defs: { Cat: cat } } },
  ],
  [
    "a pointer inside of what has an $id",
    { $ref: "#/components/schemas/Zoo" },
    {
      Zoo: {
        $id: "https://api.example/zoo",
        allOf: [{ $ref: "#/$defs/Cat" }],
        $defs: { Cat: cat },
      },
    },
  ],
  [
    "$dynamicRef that nobody replaces",
    { $dynamicRef: "#cat" },
    { Cat: { $dynamicAnchor: "cat", ...cat } },
  ],
])("%s is resolved", async (_, schema, schemas) => {
  const document = { components: { schemas } };
  const { planned, name, body } = await send(
    { requestBody: json(object({ pet: schema })) },
    { pet: { lives: 9 } },
    { method: "post", document },
  );
  expect(body).toBe('{"pet":{"lives":9}}');
  expect(JSON.stringify(inputOf(planned, name))).toContain('"lives"');
});

const list = {
  $id: "https://api.example/list",
  ...object({ items: { type: "array", items: { $dynamicRef: "#item" } } }),
  $defs: { item: { $dynamicAnchor: "item", type: "string" } },
};

test("$dynamicRef means the anchor of the schema that uses its own", async () => {
  const schemas = {
    List: list,
    Cats: {
      $id: "https://api.example/cats",
      $ref: "list",
      $defs: { item: { $dynamicAnchor: "item", ...cat } },
    },
  };
  const send = async (schema: Json, body: Json) => {
    const planned = await toPlan(
      toDocument(
        {
          "/x": {
            post: { operationId: "addIt", requestBody: json(object({ it: schema })), ...ok },
          },
        },
        { components: { schemas } },
      ),
    );
    const { client } = await serve(planned);
    return (await client.callTool("add_it", { it: body })).isError;
  };
  const [cats, plain] = ["Cats", "List"].map((one) => ({ $ref: `#/components/schemas/${one}` }));
  expect(await send(cats ?? {}, { items: [{ lives: 9 }] })).toBe(false);
  expect(await send(cats ?? {}, { items: ["a"] })).toBe(true);
  expect(await send(plain ?? {}, { items: ["a"] })).toBe(false);
  expect(await send(plain ?? {}, { items: [{ lives: 9 }] })).toBe(true);
});

test("a tree that is extended by $dynamicAnchor holds its own kind", async () => {
  const tree = {
    $id: "https://api.example/tree",
    $dynamicAnchor: "node",
    ...object({ kids: { type: "array", items: { $dynamicRef: "#node" } } }),
  };
  const strict = {
    $id: "https://api.example/strict",
    $dynamicAnchor: "node",
    allOf: [{ $ref: "tree" }, object({ name: text }, { required: ["name"] })],
  };
  const planned = await toPlan(
    toDocument(
      {
        "/x": {
          post: {
            operationId: "addIt",
            requestBody: json(object({ it: { $ref: "#/components/schemas/Strict" } })),
            ...ok,
          },
        },
      },
      { components: { schemas: { Tree: tree, Strict: strict } } },
    ),
  );
  const { client, requests } = await serve(planned);
  const good = { name: "a", kids: [{ name: "b" }] };
  expect((await client.callTool("add_it", { it: good })).isError).toBe(false);
  expect(requests[0]?.body).toBe(JSON.stringify({ it: good }));
  expect((await client.callTool("add_it", { it: { name: "a", kids: [{}] } })).isError).toBe(true);
});

test("$anchor in another file", async () => {
  const directory = await createFolder();
  const document = toDocument({
    "/x": {
      post: {
        operationId: "addIt",
        requestBody: json(object({ pet: { $ref: "parts.json#cat" } })),
        ...ok,
      },
    },
  });
  await writeFile(join(directory, "api.json"), JSON.stringify(document));
  await writeFile(
    join(directory, "parts.json"),
    JSON.stringify({ Cat: { $anchor: "cat", ...cat } }),
  );
  const loaded = await load("api.json", { directory });
  const planned = plan(loaded, { name: "test", mode: "tools", maxTokens: 8_000 });
  expect(JSON.stringify(inputOf(planned, "add_it"))).toContain('"lives"');
});

test("an anchor that is nowhere is a reason", async () => {
  const planned = await toPlan(
    toDocument({
      "/x": { post: { operationId: "addIt", requestBody: json({ $ref: "#nowhere" }), ...ok } },
    }),
  );
  expect(planned.report).toMatchObject({ lost: 1 });
  expect(planned.report.outcomes[0]?.reason).toBe("#nowhere leads nowhere");
});

test("an anchor in another file is none where an example or a property has it for a name", async () => {
  const directory = await createFolder();
  const refers = { requestBody: json(object({ pet: { $ref: "parts.json#cat" } })), ...ok };
  const document = toDocument({ "/x": { post: { operationId: "addIt", ...refers } } });
  await writeFile(join(directory, "api.json"), JSON.stringify(document));
  const decoy = { $anchor: "cat", ...object({ decoy: text }) };
  const parts = {
    Cat: { $anchor: "cat", ...cat },
    Shown: { ...object({ $anchor: text }), default: decoy, example: decoy, examples: [decoy] },
    Fixed: { enum: [decoy], const: decoy },
    // A list of more items than a call takes arguments.
    Long: { type: "array", prefixItems: Array.from({ length: 150_000 }, () => true) },
  };
  await writeFile(join(directory, "parts.json"), JSON.stringify(parts));
  const loaded = await load("api.json", { directory });
  const planned = plan(loaded, { name: "test", mode: "tools", maxTokens: 8_000 });
  const input = JSON.stringify(inputOf(planned, "add_it"));
  expect(input).toContain('"lives"');
  expect(input).not.toContain("decoy");
});

test("a copy for $dynamicRef takes the name of no schema that is there", async () => {
  const schemas = {
    List: list,
    Cats: {
      $id: "https://api.example/cats",
      $ref: "list",
      $defs: { item: { $dynamicAnchor: "item", ...cat } },
    },
    List_Cats: object({ own: text }),
  };
  const refers = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const requestBody = json(object({ cats: refers("Cats"), other: refers("List_Cats") }));
  const document = { components: { schemas } };
  const args = { cats: { items: [{ lives: 9 }] }, other: { own: "a" } };
  const sent = await send({ requestBody }, args, { method: "post", document });
  expect(sent.body).toBe(JSON.stringify(args));
  expect(JSON.stringify(inputOf(sent.planned, sent.name))).toContain('"own"');
});
