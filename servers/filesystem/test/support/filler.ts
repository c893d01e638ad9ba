// Run as a process of its own where the disk is small: tries to write more than fits.
import { createPathGuard } from "@fairlead/guard";
import { editFile } from "../../src/write/editor.ts";
import { copyFile } from "../../src/write/transfer.ts";
import { appendContent, writeContent } from "../../src/write/writer.ts";

const guard = await createPathGuard({ directories: [process.argv[2] ?? ""] });
const large = "x".repeat(1024 * 1024);
const { signal } = new AbortController();

const attempts: Record<string, () => Promise<unknown>> = {
  replace: () => writeContent(guard, "kept.txt", large, {}),
  create: () => writeContent(guard, "new.txt", large, {}),
  append: () => appendContent(guard, "kept.txt", large),
  edit: () => editFile(guard, "kept.txt", [{ oldText: "kept", newText: large }], { signal }),
  copy: () => copyFile(guard, "large.txt", "copy.txt", { signal }),
};

const results: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    results[name] = "written";
  } catch (error) {
    results[name] = error instanceof Error && "hint" in error ? error.message : `raw ${error}`;
  }
}
process.stdout.write(JSON.stringify(results));
