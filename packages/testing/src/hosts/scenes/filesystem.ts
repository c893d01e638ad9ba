import { mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cursor } from "../call.ts";
import { pdf, toLines, toPng, toWav } from "../media.ts";
import type { Scene } from "../scene.ts";

const files: Readonly<Record<string, string | Buffer>> = {
  "notes.txt": 'Walnut tables need oil.\nSo does the "zebrawood" bench.\n\tGrüße 👋\n',
  "ledger.txt": toLines(3000, "Quarterly ledger of the workshop, entry"),
  "latin.txt": Buffer.from("Schöne Grüße aus Köln\n", "latin1"),
  "list.json": '["alabaster", "basalt", "chalk"]\n',
  "number.json": "42\n",
  "empty.txt": "",
  "stripes.png": toPng(40, 30),
  "silence.wav": toWav(),
  "contract.pdf": pdf,
  "firmware.bin": Buffer.from([0, 1, 2, 255, 254, 0, 77]),
  "before.txt": "cedar\nspruce\nlarch\n",
  "after.txt": "cedar\nmaple\nlarch\n",
  "garden/tools/rake.md": "# Rake\n\nFor leaves of the hornbeam.\n",
  "garden/.gitignore": "compost\n",
  "garden/compost/heap.txt": "warm\n",
};

export const filesystem: Scene = {
  server: "filesystem",
  async open(folder) {
    const root = join(folder, "files");
    const at = (...names: string[]) => join(root, ...names);
    return {
      async prepare() {
        await rm(root, { recursive: true, force: true });
        for (const [name, content] of Object.entries(files)) await write(at(name), content);
        for (let n = 0; n < 300; n += 1)
          await write(at("drawer", `spoon-${n}.txt`), `Spoon ${n}\n`);
        await symlink("notes.txt", at("pointer.txt"));
        return { args: [root], env: {}, calls: toCalls(at) };
      },
      close: () => rm(root, { recursive: true, force: true }),
    };
  },
};

async function write(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await utimes(path, 1_700_000_000, 1_700_000_000);
}

function toCalls(at: (...names: string[]) => string) {
  const call = (tool: string, given: object) => ({ tool, arguments: { ...given } });
  const refused = (tool: string, given: object) => ({ ...call(tool, given), refused: true });
  return [
    call("read_text_file", { path: at("notes.txt") }),
    call("read_text_file", { path: at("ledger.txt") }),
    call("read_text_file", { path: at("ledger.txt"), offset: 100, limit: 20, line_numbers: true }),
    call("read_text_file", { path: at("ledger.txt"), tail: 3 }),
    call("read_text_file", { path: at("latin.txt") }),
    call("read_text_file", { path: at("list.json") }),
    call("read_text_file", { path: at("number.json") }),
    call("read_text_file", { path: at("empty.txt") }),
    call("read_text_file", { path: at("firmware.bin") }),
    refused("read_text_file", { path: at("nowhere.txt") }),
    call("read_media_file", { path: at("stripes.png") }),
    call("read_media_file", { path: at("silence.wav") }),
    call("read_media_file", { path: at("contract.pdf") }),
    call("read_multiple_files", {
      paths: ["notes.txt", "nowhere.txt", "list.json", "ledger.txt"].map((name) => at(name)),
    }),
    call("diff_files", { a: at("before.txt"), b: at("after.txt") }),
    call("list_directory", { path: at() }),
    call("list_directory", { path: at("drawer"), limit: 40 }),
    { ...call("list_directory", { path: at("drawer"), limit: 40 }), heard: { cursor } },
    call("list_directory_with_sizes", { path: at(), sortBy: "size" }),
    call("directory_tree", { path: at(), excludePatterns: ["drawer"] }),
    call("directory_tree", { path: at(), maxEntries: 5 }),
    call("search_files", { path: at(), pattern: "**/*.txt" }),
    call("search_file_contents", { path: at(), pattern: "hornbeam", contextLines: 1 }),
    call("search_file_contents", { path: at(), pattern: "ledger", maxMatches: 30 }),
    call("get_file_info", { path: at("notes.txt"), hash: true }),
    call("get_file_info", { path: at("pointer.txt") }),
    call("list_allowed_directories", {}),
    refused("write_file", { path: at("made/fresh.txt"), content: "A fresh start\n" }),
    call("write_file", { path: at("fresh.txt"), content: "A fresh start\n" }),
    call("append_file", { path: at("fresh.txt"), content: "and a second line\n" }),
    call("edit_file", {
      path: at("fresh.txt"),
      edits: [{ oldText: "fresh", newText: "brisk" }],
    }),
    refused("edit_file", { path: at("fresh.txt"), edits: [{ oldText: "absent", newText: "x" }] }),
    call("create_directory", { path: at("attic") }),
    call("move_file", { source: at("fresh.txt"), destination: at("attic", "brisk.txt") }),
    call("copy_file", { source: at("attic", "brisk.txt"), destination: at("copy.txt") }),
  ];
}
