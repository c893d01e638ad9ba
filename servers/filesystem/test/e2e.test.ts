import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { connectBin, ourBin } from "./support/client.ts";
import { plant, temporaryDirectory } from "./support/tree.ts";

describe("the built server", () => {
  it("refuses to start without a directory, or with one that is not there", () => {
    for (const args of [[], ["/no/such/directory"]]) {
      const { status, stderr, stdout } = spawnSync(process.execPath, [ourBin, ...args], {
        encoding: "utf8",
        input: "",
      });
      expect(status).toBe(2);
      expect(stderr).toContain("directories");
      expect(stdout).toBe("");
    }
  });

  it("reads, edits and searches with the official client", async () => {
    const top = await temporaryDirectory();
    await plant(top, { "a.txt": "alpha\nbeta\n", "b/c.txt": "beta\n" });
    const server = await connectBin(ourBin, [top]);
    await server.call("edit_file", { path: "a.txt", edits: [{ oldText: "alpha", newText: "A" }] });
    expect(await readFile(join(top, "a.txt"), "utf8")).toBe("A\nbeta\n");
    const query = { path: ".", pattern: "^be", regex: true };
    const { structured } = await server.call("search_file_contents", query);
    expect(structured["matches"]).toHaveLength(2);
    await server.close();
  });

  it("ends a regular expression that would never end, and goes on working", async () => {
    const top = await temporaryDirectory();
    await plant(top, { "a.txt": `${"a".repeat(100)}!\n` });
    const server = await connectBin(ourBin, [top]);
    const nasty = { path: ".", pattern: "(a+)+$", regex: true };
    const [slow, quick] = await Promise.all([
      server.call("search_file_contents", nasty),
      server.call("read_text_file", { path: "a.txt" }),
    ]);
    expect(slow).toMatchObject({ failed: true });
    expect(slow.text).toContain("too long");
    expect(quick.failed).toBe(false);
    const glob = { path: ".", pattern: "**/*.txt" };
    expect((await server.call("search_files", glob)).text).toBe(join(top, "a.txt"));
    await server.close();
  });
});
