import { expect, test } from "vitest";
import { loadRawValidator } from "../call/arguments/json-schema.ts";
import { toSample } from "./samples.ts";

const text = { type: "string" };

test.each([
  [
    "members that several parts of allOf describe",
    {
      allOf: [
        { type: "object", properties: { type: text }, required: ["type"] },
        { type: "object", properties: { type: { enum: ["tags", "branches"] }, name: text } },
      ],
    },
  ],
  ["a number between others", { type: "number", exclusiveMinimum: 0, maximum: 0.5 }],
  ["several different things", { type: "array", items: text, minItems: 3, uniqueItems: true }],
  ["a choice that may be null", { anyOf: [{ type: "null" }, { type: "integer", minimum: 4 }] }],
])("a sample fits %s", async (_, schema) => {
  const check = (await loadRawValidator())(schema);
  expect(check(toSample(schema))).toHaveProperty("value");
});
