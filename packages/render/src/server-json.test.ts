import { expect, test } from "vitest";
import { toServerJson } from "./server-json.ts";
import { surface } from "./surface.fixture.ts";

const entry = toServerJson(surface);

test("is the entry the registry's schema of 2025-12-11 asks for", () => {
  expect(entry).toMatchObject({
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: "io.github.fairlead/shelf",
    title: "Shelf",
    description: "Books on a shelf.",
    version: "1.2.3",
    websiteUrl: "https://example.com/shelf",
    packages: [
      {
        registryType: "npm",
        identifier: "@fairlead/server-shelf",
        version: "1.2.3",
        runtimeHint: "npx",
        transport: { type: "stdio" },
      },
    ],
  });
});

test("puts bare words into arguments and everything else into variables", () => {
  const [npm] = entry.packages;
  expect(npm?.packageArguments).toEqual([
    {
      type: "positional",
      valueHint: "roots",
      description: "Directories the books are in",
      isRequired: true,
      isRepeated: true,
      format: "filepath",
    },
  ]);
  expect(npm?.environmentVariables.map(({ name }) => name)).toEqual([
    "SHELF_TOKEN",
    "SHELF_ORDER",
    "SHELF_DEPTH",
    "SHELF_SKIP",
    "SHELF_ALLOW_DELETE",
    "FAIRLEAD_READ_ONLY",
    "FAIRLEAD_TOOLSETS",
  ]);
});

test("says what is secret, what is chosen from a list, and defaults as strings", () => {
  const variables = entry.packages[0]?.environmentVariables;
  expect(variables?.[0]).toEqual({
    name: "SHELF_TOKEN",
    description: "Key of the shelf.",
    isRequired: true,
    isSecret: true,
  });
  expect(variables?.[1]).toMatchObject({ choices: ["title", "author"], default: "title" });
  expect(variables?.[2]).toMatchObject({ format: "number", default: "2" });
  expect(variables?.[3]).toMatchObject({ default: "top,bottom" });
  expect(variables?.[4]).toEqual({
    name: "SHELF_ALLOW_DELETE",
    description: "Permit throwing books away.",
    format: "boolean",
  });
});

test("puts a secret into a variable even where a bare word may hold it", () => {
  const options = surface.options.map((option) =>
    option.key === "token" ? { ...option, positional: true } : option,
  );
  const [npm] = toServerJson({ ...surface, options }).packages;
  expect(npm?.packageArguments?.map(({ valueHint }) => valueHint)).toEqual(["roots"]);
  expect(npm?.environmentVariables[0]).toMatchObject({ name: "SHELF_TOKEN", isSecret: true });
});

test.each([
  ["no registry name", { name: "x", version: "1.0.0", description: "x" }],
  ["a name without a namespace", { ...surface.package, mcpName: "shelf" }],
  ["a description that is too long", { ...surface.package, description: "x".repeat(101) }],
  ["no description", { ...surface.package, description: "" }],
])("refuses %s", (_, facts) => {
  expect(() => toServerJson({ ...surface, package: facts })).toThrow(RangeError);
});
