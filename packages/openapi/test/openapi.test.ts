import { json } from "node:stream/consumers";
import { defineServer, ToolError, toSurface } from "@fairlead/runtime";
import { connect } from "@fairlead/runtime/testing";
import { expect, test } from "vitest";
import { serve } from "../src/call/server.fixture.ts";
import { type ApiData, connectApi, toConfig, toToolsets, type Wraps } from "../src/index.ts";
import { operations } from "../src/testing/index.ts";

const reference = { $ref: "#/$defs/Pet" };

const shelter: ApiData = {
  name: "shelter",
  title: "Shelter",
  mode: "tools",
  servers: [
    {
      url: "https://{region}.example.com",
      variables: { region: { default: "eu", enum: ["eu", "us"] } },
    },
  ],
  schemes: {
    api_key: { type: "apiKey", in: "header", name: "X-Key" },
    OAuth: { type: "oauth2", tokenUrl: "/token" },
    login: { type: "basic" },
  },
  schemas: {
    Pet: {
      type: "object",
      properties: { name: { type: "string" }, friends: { type: "array", items: reference } },
      required: ["name"],
    },
    Unused: { type: "string" },
  },
  groups: [
    {
      name: "pets",
      description: "Pets of the shelter.",
      operations: [
        {
          name: "list_pets",
          title: "List pets",
          description: "Lists the pets that wait for a home.",
          effect: "read",
          input: {
            type: "object",
            properties: {
              tags: {
                type: "array",
                items: { type: "string", enum: ["cat", "dog"] },
                description: "Tags.",
              },
              fields: { type: "array", items: { type: "string" }, description: "Fields." },
            },
            additionalProperties: false,
          },
          fields: "fields",
          operation: {
            method: "GET",
            path: "/pets",
            parameters: [{ name: "tags", in: "query", explode: false, argument: "tags" }],
          },
        },
        {
          name: "add_pet",
          title: "Add pet",
          description: "Takes a pet into the shelter.",
          effect: "write",
          input: {
            type: "object",
            properties: { pet: { ...reference, description: "The pet." } },
            required: ["pet"],
            additionalProperties: false,
          },
          operation: {
            method: "POST",
            path: "/pets",
            body: { contentType: "application/json", argument: "pet" },
            security: [{ api_key: [] }, { login: [] }],
          },
        },
        {
          name: "delete_pet",
          title: "Delete pet",
          description: "Gives a pet away for good.",
          effect: "destroy",
          idempotent: true,
          input: {
            type: "object",
            properties: { id: { type: "integer", description: "Its number." } },
            required: ["id"],
            additionalProperties: false,
          },
          operation: {
            method: "DELETE",
            path: "/pets/{id}",
            parameters: [{ name: "id", in: "path", argument: "id" }],
          },
        },
      ],
    },
    {
      name: "photos",
      description: "Photos of pets.",
      operations: [
        {
          name: "get_photo",
          title: "Get photo",
          description: "Returns the photo of a pet.",
          effect: "read",
          input: { type: "object", properties: {}, additionalProperties: false },
          operation: {
            method: "GET",
            path: "/photo",
            servers: [{ url: "https://photos.example.com" }],
            accept: ["image/png"],
          },
        },
        {
          name: "upload_photo",
          title: "Upload photo",
          description: "Keeps a photo with its caption.",
          effect: "write",
          input: {
            type: "object",
            properties: {
              photo: { type: "string", description: "The file." },
              caption: { type: "string", description: "Words." },
            },
            required: ["photo"],
            additionalProperties: false,
          },
          operation: {
            method: "POST",
            path: "/photo",
            body: {
              contentType: "multipart/form-data",
              members: [
                { name: "photo", argument: "photo" },
                { name: "caption", argument: "caption" },
              ],
              files: ["photo"],
            },
          },
        },
        {
          name: "label_photo",
          title: "Label photo",
          description: "Writes labels on the back of the photo.",
          effect: "write",
          input: {
            type: "object",
            properties: {
              hand: { type: "string", description: "Who writes." },
              labels: { type: "object", description: "Labels by their place." },
            },
            additionalProperties: false,
          },
          operation: {
            method: "POST",
            path: "/labels",
            body: {
              contentType: "application/x-www-form-urlencoded",
              members: [
                { name: "hand", argument: "hand" },
                { name: "labels", argument: "labels" },
              ],
            },
          },
        },
      ],
    },
  ],
};

function toServer(data: ApiData, wraps: Wraps = {}) {
  return defineServer({
    name: data.name,
    title: data.title,
    package: { name: "shelter", version: "1.0.0", description: "A shelter." },
    config: toConfig(data),
    connect: (values, caller) => connectApi(data, values, caller),
    toolsets: toToolsets(data, wraps),
  });
}

const search: ApiData = { ...shelter, mode: "search" };

operations({ server: toServer(shelter), data: shelter }, test);
operations({ server: toServer(search), data: search }, (name, run) => test(`search: ${name}`, run));

/** A shelter that remembers its pets. */
async function createShelter() {
  const pets: unknown[] = [];
  const baseUrl = await serve(async (request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.headers["x-key"] !== "key-of-the-shelter" && request.method === "POST") {
      response.writeHead(401).end('{"message":"Who are you?"}');
    } else if (request.method === "POST") {
      pets.push(await json(request));
      response.writeHead(201).end(JSON.stringify({ id: pets.length, stored: true }));
    } else response.end(JSON.stringify(pets));
  });
  return { baseUrl };
}

test("each operation is a tool, with the shared schemas it needs and no others", () => {
  const { toolsets, options } = toSurface(toServer(shelter));
  const tools = toolsets.flatMap((toolset) => toolset.tools);
  expect(tools.map(({ wire, effect }) => [wire.name, effect])).toEqual([
    ["list_pets", "read"],
    ["add_pet", "write"],
    ["delete_pet", "destroy"],
    ["get_photo", "read"],
    ["upload_photo", "write"],
    ["label_photo", "write"],
  ]);
  expect(tools[1]?.wire.inputSchema["$defs"]).toEqual({ Pet: shelter.schemas["Pet"] });
  expect(tools[0]?.wire.inputSchema).not.toHaveProperty("$defs");
  expect(tools[2]?.wire.annotations).toMatchObject({ destructiveHint: true, idempotentHint: true });
  expect(options.map(({ env, secret = false }) => [env, secret])).toEqual([
    ["SHELTER_BASE_URL", false],
    ["SHELTER_REGION", false],
    ["SHELTER_API_KEY", true],
    ["SHELTER_OAUTH_TOKEN", true],
    ["SHELTER_OAUTH_CLIENT_ID", false],
    ["SHELTER_OAUTH_CLIENT_SECRET", true],
    ["SHELTER_OAUTH_REFRESH_TOKEN", true],
    ["SHELTER_LOGIN_USERNAME", false],
    ["SHELTER_LOGIN_PASSWORD", true],
    ["SHELTER_UPLOADS", false],
  ]);
});

test("tools call the API with what the options say", async () => {
  const config = { ...(await createShelter()), apiKey: "key-of-the-shelter" };
  const client = await connect(toServer(shelter), { config });
  const pet = { name: "Rex", friends: [{ name: "Tom" }] };
  expect((await client.callTool("add_pet", { pet })).text).toBe('{"id":1,"stored":true}');
  expect((await client.callTool("list_pets", { tags: ["cat"] })).text).toBe(
    `JSON array of 1:\n${JSON.stringify([pet])}`,
  );
  expect((await client.callTool("list_pets", { fields: ["name"] })).text).toBe(
    'JSON array of 1:\n[{"name":"Rex"}]',
  );
  const wrong = await client.callTool("add_pet", { pet: { friends: [] } });
  expect(wrong).toMatchObject({ isError: true, text: expect.stringContaining("name") });
  const tags = await client.callTool("list_pets", { tags: ["cow"] });
  expect(tags.text).toBe('tags.0: must be one of "cat", "dog"');
  await client.close();
});

const wraps: Wraps = {
  add_pet: {
    before({ pet, ...rest }) {
      if (JSON.stringify(pet).includes("Wolf")) throw new ToolError("No wolves.", "Try a dog.");
      return { ...rest, pet: { ...Object(pet), name: "Max" } };
    },
  },
  list_pets: {
    after: (answer, { tags }) =>
      answer.kind === "text" ? { ...answer, text: `${String(tags)}: ${answer.text}` } : answer,
  },
};

test.each([shelter, search])("wraps change arguments, refuse and change answers", async (data) => {
  const config = { ...(await createShelter()), apiKey: "key-of-the-shelter" };
  const client = await connect(toServer(data, wraps), { config });
  const call = (name: string, args: Record<string, unknown>) =>
    data.mode === "search"
      ? client.callTool("call_operation", { name, arguments: args })
      : client.callTool(name, args);
  expect((await call("add_pet", { pet: { name: "Rex" } })).text).toContain("stored");
  expect(await call("add_pet", { pet: { name: "Wolf" } })).toMatchObject({
    isError: true,
    text: "No wolves.\nTry a dog.",
  });
  expect((await call("list_pets", { tags: ["cat"] })).text).toBe('cat: [{"name":"Max"}]');
  await client.close();
});

test("a wrap around nothing is said when the server is made", () => {
  expect(() => toServer(search, { add_pets: {} })).toThrow("no operation to wrap: add_pets");
});

test("an API's refusal is told with what to do, and so is a missing URL", async () => {
  const config = { ...(await createShelter()), apiKey: "another-key-altogether" };
  const client = await connect(toServer(shelter), { config });
  const refused = await client.callTool("add_pet", { pet: { name: "Rex" } });
  expect(refused.text).toMatch(
    /401 Unauthorized: Who are you\?\n.*the person who runs this server/s,
  );
  await client.close();
  const lost = await connect(toServer({ ...shelter, servers: [] }), {});
  const { text } = await lost.callTool("list_pets");
  expect(text).toContain("--base-url");
  await lost.close();
});

test("search, describe and call, with no tool but these", async () => {
  const config = { ...(await createShelter()), apiKey: "key-of-the-shelter" };
  const client = await connect(toServer(search), { config });
  expect((await client.listTools()).map(({ name }) => name)).toEqual([
    "search_operations",
    "describe_operation",
    "call_operation",
  ]);
  const found = await client.callTool("search_operations", { query: "adding new pets", limit: 2 });
  const name = found.text.split(" ")[0];
  expect(name).toBe("add_pet");
  const described = await client.callTool("describe_operation", { name });
  expect(described.structuredContent).toMatchObject({
    effect: "write",
    arguments: { required: ["pet"], $defs: { Pet: { required: ["name"] } } },
  });
  const pet = { name: "Rex" };
  const called = await client.callTool("call_operation", { name, arguments: { pet } });
  expect(called.text).toBe('{"id":1,"stored":true}');
  const listed = { name: "list_pets", fields: ["name"] };
  expect((await client.callTool("call_operation", listed)).text).toBe(
    'JSON array of 1:\n[{"name":"Rex"}]',
  );
  await client.close();
});

test("calling by search is held to the schema, the effect and the names there are", async () => {
  const client = await connect(toServer(search), { config: await createShelter() });
  const call = (args: Record<string, unknown>) => client.callTool("call_operation", args);
  const misfit = await call({ name: "add_pet", arguments: { pet: {}, other: 1 } });
  expect(misfit.text).toMatch(/Unknown argument "other".*'name'.*describe_operation/s);
  expect((await call({ name: "delete_pet", arguments: { id: 1 } })).text).toContain(
    "confirm: true",
  );
  expect((await call({ name: "remove_pets" })).text).toContain("Similar: delete_pet");
  await client.close();
  const reader = await connect(toServer(search), { policy: { readOnly: true } });
  const refused = await reader.callTool("call_operation", {
    name: "add_pet",
    arguments: { pet: { name: "Rex" } },
  });
  expect(refused.text).toContain("--read-only");
  await reader.close();
});
