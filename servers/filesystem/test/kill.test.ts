import { randomInt } from "node:crypto";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPathGuard } from "@fairlead/guard";
import { expect, it } from "vitest";
import { writeContent } from "../src/write/writer.ts";
import { kill, startScript } from "./support/processes.ts";
import { temporaryDirectory } from "./support/tree.ts";
import { editedText, editedVersionOf, versionOf, wholeText } from "./support/whole.ts";

const leftover = /^\.fairlead-.*\.tmp$/;

it("kill -9 during 1,000 writes and edits leaves every file whole", async () => {
  const top = await temporaryDirectory();
  for (const i of [0, 1, 2]) await writeFile(join(top, `file-${i}.txt`), wholeText(i));
  await writeFile(join(top, "edited.txt"), editedText(3));
  let [version, done, kills] = [3, 0, 0];
  while (done < 500) {
    // A write and an edit for each count; killed in the middle of one of them.
    done += await writeUntilKilled(top, version, randomInt(1, 60));
    kills++;
    for (const i of [0, 1, 2]) {
      expect(versionOf(await text(top, `file-${i}.txt`)), `file-${i}.txt`).toBeTypeOf("number");
    }
    const edited = editedVersionOf(await text(top, "edited.txt"));
    expect(edited).toBeGreaterThanOrEqual(version);
    version = edited ?? version;
  }
  await expectTidied(top, kills);
});

async function writeUntilKilled(top: string, version: number, count: number): Promise<number> {
  const writer = startScript("writer.ts", [top, String(version)]);
  let counted = 0;
  for await (const dots of writer.stdout ?? []) {
    counted += String(dots).length;
    if (counted >= count) break;
  }
  await kill(writer);
  return counted;
}

/** At most one leftover for each kill, and none once they are old and somebody writes again. */
async function expectTidied(top: string, kills: number): Promise<void> {
  const left = (await readdir(top)).filter((name) => leftover.test(name));
  expect(left.length).toBeLessThanOrEqual(kills);
  const old = new Date(Date.now() - 3_600_000);
  for (const name of left) await utimes(join(top, name), old, old);
  const guard = await createPathGuard({ directories: [top] });
  await writeContent(guard, "file-0.txt", "tidy", {});
  expect((await readdir(top)).filter((name) => leftover.test(name))).toEqual([]);
}

function text(top: string, name: string): Promise<string> {
  return readFile(join(top, name), "utf8");
}
