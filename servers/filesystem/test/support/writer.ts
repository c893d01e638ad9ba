// Run as a process of its own: writes and edits files until it is killed, and counts aloud.
import { writeSync } from "node:fs";
import { createPathGuard } from "@fairlead/guard";
import { editFile } from "../../src/write/editor.ts";
import { writeContent } from "../../src/write/writer.ts";
import { wholeText } from "./whole.ts";

const { signal } = new AbortController();
const guard = await createPathGuard({ directories: [process.argv[2] ?? ""] });
let version = Number(process.argv[3]);
for (;;) {
  await writeContent(guard, `file-${version % 3}.txt`, wholeText(version), {});
  const edit = { oldText: `version ${version}\n`, newText: `version ${version + 1}\n` };
  await editFile(guard, "edited.txt", [edit], { signal });
  version++;
  writeSync(1, ".");
}
