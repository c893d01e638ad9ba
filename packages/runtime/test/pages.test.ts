import { describe, expect, test } from "vitest";
import { z } from "zod";
import { connect } from "../src/testing/index.ts";
import { serverOf } from "./fixture/make.ts";

const total = 450;
const numbers = Array.from({ length: total }, (_, n) => n);
const page = z.object({
  nextCursor: z.string().optional(),
  resources: z.array(z.object({ name: z.string() })).optional(),
  resourceTemplates: z.array(z.object({ name: z.string() })).optional(),
  prompts: z.array(z.object({ name: z.string() })).optional(),
});

const lists = [
  [
    "resources/list",
    serverOf([], {
      resources: numbers.map((n) => ({
        uri: `test://${n}`,
        name: `${n}`,
        read: () => ({ body: "" }),
      })),
    }),
  ],
  [
    "resources/list",
    serverOf([], {
      resourceTemplates: [
        {
          uriTemplate: "test://{n}",
          name: "members",
          read: () => ({ body: "" }),
          list: () => numbers.map((n) => ({ uri: `test://${n}`, name: `${n}` })),
        },
      ],
    }),
  ],
  [
    "resources/templates/list",
    serverOf([], {
      resourceTemplates: numbers.map((n) => ({
        uriTemplate: `test://${n}/{x}`,
        name: `${n}`,
        read: () => ({ body: "" }),
      })),
    }),
  ],
  [
    "prompts/list",
    serverOf([], {
      prompts: numbers.map((n) => ({
        name: `${n}`,
        description: `${n}`,
        arguments: z.object({}),
        get: () => "",
      })),
    }),
  ],
] as const;

describe.for(lists)("%s", ([method, server]) => {
  test.for(["modern", "legacy"] as const)("is walked whole, each entry once (%s)", async (era) => {
    const client = await connect(server, { era });
    const names: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const answer = page.parse(
        await client.request(method, cursor === undefined ? {} : { cursor }),
      );
      const entries = answer.resources ?? answer.resourceTemplates ?? answer.prompts ?? [];
      names.push(...entries.map(({ name }) => name));
      cursor = answer.nextCursor;
      pages += 1;
    } while (cursor !== undefined && pages < 10);
    expect(names).toEqual(numbers.map(String));
    expect(pages).toBe(3);
  });

  test("-32602 for a cursor that is not its own", async () => {
    const client = await connect(server);
    const { nextCursor = "" } = page.parse(await client.request(method));
    const [body] = nextCursor.split(".");
    for (const cursor of ["x", 200, {}, [], `${body}.`, `${nextCursor}A`, "MjAw.AAAA"]) {
      await expect(client.request(method, { cursor })).rejects.toMatchObject({ code: -32602 });
    }
    const stranger = await connect(server, { principal: { id: "stranger" } });
    const stolen = stranger.request(method, { cursor: nextCursor });
    await expect(stolen).rejects.toMatchObject({ code: -32602 });
  });
});

test("a cursor of one list opens no other", async () => {
  const [resources, , , prompts] = lists.map(([, server]) => server);
  if (!resources || !prompts) throw new Error("The lists are gone.");
  const both = serverOf([], {
    resources: resources.resources ?? [],
    prompts: prompts.prompts ?? [],
  });
  const client = await connect(both);
  const { nextCursor } = page.parse(await client.request("resources/list"));
  const stolen = client.request("prompts/list", { cursor: nextCursor });
  await expect(stolen).rejects.toMatchObject({ code: -32602 });
});

test("-32602 for a cursor of a list that has one page", async () => {
  const server = serverOf([], {
    resources: [{ uri: "test://a", name: "a", read: () => ({ body: "" }) }],
    prompts: [{ name: "p", description: "P.", arguments: z.object({}), get: () => "" }],
  });
  const client = await connect(server);
  for (const method of ["tools/list", "resources/list", "prompts/list"]) {
    for (const cursor of ["x", 0, {}]) {
      await expect(client.request(method, { cursor })).rejects.toMatchObject({ code: -32602 });
    }
  }
});
