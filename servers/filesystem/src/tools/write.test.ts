import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { serve } from "../../test/support/serve.ts";

describe("write tools", () => {
  it("say what was done", async () => {
    const { call } = await serve();
    const texts: string[] = [];
    for (const [tool, args] of [
      ["create_directory", { path: "d" }],
      ["write_file", { path: "d/a", content: "1" }],
      ["append_file", { path: "d/a", content: "2" }],
      ["copy_file", { source: "d", destination: "e" }],
      ["move_file", { source: "e/a", destination: "f" }],
    ] as const) {
      texts.push((await call(tool, args)).text);
    }
    expect(texts).toEqual([
      "Successfully created directory d",
      "Successfully wrote to d/a",
      "Successfully appended 1 bytes to d/a",
      "Successfully copied d to e (1 files, 0 skipped)",
      "Successfully moved e/a to f",
    ]);
  });

  it("are refused and not listed with --read-only", async () => {
    const { top, start, call } = await serve();
    const reader = await start({ policy: { readOnly: true } });
    const names = (await reader.listTools()).map(({ name }) => name);
    expect(names).toHaveLength(11);
    expect((await call("write_file", { path: "a", content: "" }, reader)).isError).toBe(true);
    expect(await readdir(top)).toEqual([]);
  });
});
