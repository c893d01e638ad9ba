import { expect, test } from "vitest";
import { createClient, createWorld } from "../../test/support/world.ts";

test("lists give the named fields alone, and say which there are", async () => {
  const { fake } = await createWorld();
  const client = await createClient(fake.url);
  const hello = { owner: "octocat", repo: "hello" };
  for (const [name, key, fields, line] of [
    ["list_issues", "issues", ["number", "title"], "2\tIt breaks"],
    ["list_pull_requests", "pulls", ["number", "head"], "1\tfeature/one"],
    ["list_commits", "commits", ["message"], "Add src/app.ts"],
  ] as const) {
    const { structuredContent, text } = await client.callTool(name, { ...hello, fields });
    expect(text.split("\n")).toContain(line);
    for (const row of Object(structuredContent)[key]) expect(Object.keys(row)).toEqual(fields);
    const wrong = await client.callTool(name, { ...hello, fields: ["body"] });
    expect([wrong.isError, wrong.text]).toEqual([true, expect.stringContaining(fields[0])]);
  }
});
