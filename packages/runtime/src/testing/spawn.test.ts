import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { spawn } from "./spawn.ts";

test("a request to a server that has gone is rejected with what it said last", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-spawn-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const main = join(folder, "main.cjs");
  writeFileSync(main, 'process.stderr.write("no such directory\\n"); process.exit(2);');
  const client = await spawn(main);
  expect(await client.exited).toBe(2);
  await expect(client.listTools()).rejects.toThrow(/exited \(2\).*no such directory/s);
});
