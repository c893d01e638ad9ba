import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { serve } from "../../test/support/serve.ts";
import { plant } from "../../test/support/tree.ts";

describe("delete_path", () => {
  it("is off, comes with --allow-delete or the toolset, and asks for confirmation", async () => {
    const { top, start, call } = await serve();
    await plant(top, { "d/a.txt": "" });
    expect((await call("delete_path", { path: "d" })).text).toContain("off");
    for (const by of [
      await start({}, { allowDelete: true }),
      await start({ policy: { toolsets: ["default", "delete"] } }),
    ]) {
      expect((await by.listTools()).map(({ name }) => name)).toContain("delete_path");
      expect((await call("delete_path", { path: "d", recursive: true }, by)).isError).toBe(true);
      const plain = { path: "d", confirm: true };
      expect((await call("delete_path", plain, by)).text).toContain("ENOTEMPTY");
    }
    const by = await start({}, { allowDelete: true });
    const done = await call("delete_path", { path: "d", recursive: true, confirm: true }, by);
    expect(done.text).toBe("Successfully deleted d");
    expect(await readdir(top)).toEqual([]);
  });
});
