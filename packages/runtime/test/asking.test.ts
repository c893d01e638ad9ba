import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineTool } from "../src/define/tool.ts";
import { connect } from "../src/testing/index.ts";
import { plain, serverOf } from "./fixture/make.ts";

const eras = ["modern", "legacy"] as const;
const all = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

const name = z.object({
  name: z.string(),
  times: z.int().default(2),
  loud: z.boolean().optional(),
});
const greet = defineTool({
  ...plain,
  name: "greet",
  async run(_, { elicit }) {
    const answer = await elicit(name, "Who is it?");
    return JSON.stringify(answer);
  },
});

describe.for(eras)("%s", (era) => {
  test("a tool asks and gets what the schema makes of the answer", async () => {
    const asked: unknown[] = [];
    const client = await connect(serverOf([greet]), {
      era,
      clientCapabilities: all,
      answer: (method, params) => {
        asked.push([method, params]);
        return { action: "accept", content: { name: "Ada", loud: "true", extra: 1 } };
      },
    });
    const { text } = await client.callTool("greet");
    expect(JSON.parse(text)).toEqual({
      action: "accept",
      content: { name: "Ada", times: 2, loud: true },
    });
    expect(asked).toEqual([
      [
        "elicitation/create",
        {
          message: "Who is it?",
          requestedSchema: {
            type: "object",
            properties: {
              name: { type: "string" },
              times: { type: "integer", default: 2 },
              loud: { type: "boolean" },
            },
            required: ["name"],
          },
        },
      ],
    ]);
  });
});
