import { toSurface } from "@fairlead/runtime";
import { Endpoint, type Extension } from "@fairlead/runtime/serve";
import { ClientRequestSchema, ServerRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { server } from "../src/index.ts";

const schemas = [...ClientRequestSchema.options, ...ServerRequestSchema.options];
const named = new Set(schemas.map(({ shape }) => shape.method.value));
// Since 2026-07-28 tasks are an extension.
const core = [...named].filter((name) => !name.startsWith("tasks/"));

test("the official SDK names the methods of the core", () => {
  expect(core.length).toBeGreaterThan(15);
});

test.for(core)("no extension can take %s", (name) => {
  const extension: Extension = {
    capabilities: {},
    methods: new Map([[name, () => ({ members: {} })]]),
  };
  const make = () =>
    new Endpoint({
      surface: toSurface(server),
      load: async () => ({ server, config: {} }),
      extensions: [extension],
      sink: () => {},
    });
  expect(make).toThrow(`An extension cannot have the method "${name}"`);
});
