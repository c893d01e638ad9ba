import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFolder } from "./support/api.ts";
import { generate, unpack } from "./support/built.ts";

test("the command: exit codes, JSON, and words instead of stacks", async () => {
  const folder = await createFolder();
  await unpack(folder, "museum.yaml");
  const inspected = await generate(folder, "inspect", "museum.yaml", "--json");
  expect([inspected.code, inspected.stderr]).toEqual([0, ""]);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ operations: 8, tools: 8 });
  expect((await generate(folder)).code).toBe(2);
  expect((await generate(folder, "init", "museum.yaml")).code).toBe(2);
  expect((await generate(folder, "init", "museum.yaml", "-o", "x", "--nope")).code).toBe(2);
  const missing = await generate(folder, "init", "nowhere.yaml", "-o", "x");
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("cannot be read");
  expect(missing.stderr).not.toMatch(/\n\s+at /);
  expect((await generate(folder, "init", "museum.yaml", "-o", "x")).code).toBe(0);
  expect((await generate(join(folder, "x"), "check")).code).toBe(0);
  await writeFile(join(folder, "x/src/generated/api.json"), "{}");
  const drifted = await generate(join(folder, "x"), "check", "--json");
  expect(drifted.code).toBe(1);
  expect(JSON.parse(drifted.stdout)).toMatchObject({
    ok: false,
    touched: ["src/generated/api.json"],
  });
  expect((await generate(join(folder, "x"), "update")).code).toBe(1);
  expect((await generate(join(folder, "x"), "update", "--force")).code).toBe(0);
});
