import { cursor, cuttable, defineTool, fromJsonSchema } from "@fairlead/define";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { connect } from "../src/testing/index.ts";
import { plain, serverOf } from "./fixture/make.ts";

const eras = ["modern", "legacy"] as const;
const kinds = ["zod", "raw"] as const;
const run = (args: unknown) => JSON.stringify(args);

describe.for(eras)("an empty cursor is none: %s", (era) => {
  const rows = z.object({ rows: cuttable(z.array(z.int())), next: cursor(z.int()) });
  const list = defineTool({
    ...plain,
    name: "list",
    input: z.object({ after: cursor(z.int()), count: z.int().optional() }),
    output: rows,
    run: (args) => ({ rows: [Object.keys(args).length, args.after ?? -1], next: 5 }),
  });
  const lists = serverOf([list], {
    resources: [{ uri: "test://a", name: "a", read: () => ({ body: "a" }) }],
    resourceTemplates: [{ uriTemplate: "test://{id}", name: "t", read: () => ({ body: "" }) }],
    prompts: [{ name: "p", description: "P.", arguments: z.object({}), get: () => "" }],
  });

  test.for(["", null])("of a tool, by whatever name: %j", async (after) => {
    const client = await connect(lists, { era });
    const { structuredContent } = await client.callTool("list", { after });
    expect(structuredContent).toMatchObject({ rows: [0, -1] });
  });

  test("and one that was given out still works together with what is read leniently", async () => {
    const client = await connect(lists, { era });
    const first = await client.callTool("list");
    const { next } = z.object({ next: z.string() }).parse(first.structuredContent);
    const second = await client.callTool("list", { after: next, count: "1", sessionId: "x" });
    expect(second.structuredContent).toMatchObject({ rows: [2, 5] });
  });

  test.for([" ", "null", "x", 0, false, {}])("but not %j", async (after) => {
    const client = await connect(lists, { era });
    expect(await client.callTool("list", { after })).toMatchObject({
      isError: true,
      text: expect.stringContaining("after: not a cursor of this list"),
    });
  });

  test.for(["tools/list", "resources/list", "resources/templates/list", "prompts/list"])(
    "of %s",
    async (method) => {
      const client = await connect(lists, { era });
      const whole = await client.request(method);
      for (const none of ["", null]) {
        expect(await client.request(method, { cursor: none })).toEqual(whole);
      }
      for (const wrong of [" ", "null", 0, {}]) {
        const asked = client.request(method, { cursor: wrong });
        await expect(asked).rejects.toMatchObject({ code: -32602 });
      }
    },
  );
});

describe.for(eras)("policy sees the arguments as they were read: %s", (era) => {
  const ran = vi.fn<(args: unknown) => string>((args) => JSON.stringify(args));
  const effect = {
    least: "read",
    most: "destroy",
    of: ({ force }: { force?: boolean | undefined }) => (force === true ? "destroy" : "read"),
  } as const;
  const shape = z.object({ force: z.boolean().optional(), count: z.int().optional() });
  const rawShape = fromJsonSchema<z.infer<typeof shape>>({
    ...z.toJSONSchema(shape, { io: "input" }),
    additionalProperties: false,
  });
  const guarded = serverOf([
    defineTool({ ...plain, name: "zod", effect, input: shape, run: ran }),
    defineTool({ ...plain, name: "raw", effect, input: rawShape, run: ran }),
    defineTool({
      ...plain,
      name: "own",
      effect: "destroy",
      input: z.object({ confirm: z.boolean().optional() }),
      run: ran,
    }),
  ]);
  const open = (policy: object) => connect(guarded, { era, policy });

  test.for(kinds)("--read-only: %s", async (name) => {
    const client = await open({ readOnly: true });
    for (const force of [true, "true", "True", " TRUE "]) {
      ran.mockClear();
      const { isError, text } = await client.callTool(name, { force });
      expect(text).toContain("--read-only");
      expect(isError).toBe(true);
      expect(ran).not.toHaveBeenCalled();
    }
    expect(await client.callTool(name, { force: "false" })).toMatchObject({ isError: false });
    const asText = { name, arguments: '{"force":"true"}' };
    expect(await client.request("tools/call", asText)).toMatchObject({ isError: true });
  });

  test.for(kinds)('confirm: "true" confirms: %s', async (name) => {
    const client = await open({});
    for (const confirm of ["false", "yes", "1", "", null, 1, false, ["true"]]) {
      ran.mockClear();
      const { text } = await client.callTool(name, { force: "true", confirm });
      expect(text).toContain("confirm: true");
      expect(ran).not.toHaveBeenCalled();
    }
    for (const confirm of [true, "true", "True", " true "]) {
      const given = { force: "true", count: "2", confirm, wait_for_previous: true };
      const { text } = await client.callTool(name, given);
      expect(text).toBe('{"force":true,"count":2}');
    }
    // What needs no confirmation is not stopped by a refusal to give it, and never sees it.
    for (const confirm of ["false", null]) {
      expect((await client.callTool(name, { count: 1, confirm })).text).toBe('{"count":1}');
    }
  });

  test("a tool with a confirm of its own is confirmed by another name", async () => {
    const client = await open({});
    const given = { confirm: "False", confirm_call: "True" };
    expect((await client.callTool("own", given)).text).toBe('{"confirm":false}');
    for (const confirm_call of ["false", null, "yes"]) {
      const { isError, text } = await client.callTool("own", { confirm: true, confirm_call });
      expect([isError, text]).toEqual([true, expect.stringContaining("confirm_call: true")]);
    }
  });

  test("nobody asks, so confirm is an unknown argument", async () => {
    const client = await open({ confirm: "never" });
    expect((await client.callTool("zod", { confirm: "true" })).text).toBe(
      'Unknown argument "confirm". Expected: force, count.',
    );
  });
});

describe.for(eras)("a schema that takes any argument: %s", (era) => {
  const any = (name: string, more: object) =>
    defineTool({
      ...plain,
      name,
      input: fromJsonSchema({ type: "object", properties: { n: { type: "integer" } }, ...more }),
      run,
    });
  const loose = serverOf([
    any("silent", {}),
    any("map", { additionalProperties: { type: "boolean" } }),
    any("named", { properties: { wait_for_previous: { type: "boolean" } } }),
    any("pattern", { patternProperties: { "^wait_": { type: "boolean" } } }),
  ]);

  test.for([
    ["silent", { n: 1, wait_for_previous: true, action: "a", other: "1" }],
    ["map", { n: 1, wait_for_previous: true, action: true }],
  ] as const)("loses only wait_for_previous: %s", async ([name, given]) => {
    const client = await connect(loose, { era });
    const { wait_for_previous: _, ...rest } = given;
    expect((await client.callTool(name, given)).text).toBe(JSON.stringify(rest));
    // Also where a second look is needed.
    expect((await client.callTool(name, { ...given, n: "1" })).text).toBe(JSON.stringify(rest));
  });

  test.for(["named", "pattern"])("keeps it where it has the name: %s", async (name) => {
    const client = await connect(loose, { era });
    const given = { wait_for_previous: true };
    expect((await client.callTool(name, given)).text).toBe(JSON.stringify(given));
  });
});
