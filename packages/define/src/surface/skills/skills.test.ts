import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { readSkills, toSkill } from "./skills.ts";

const hello = "---\nname: say-hello\ndescription: Says hello to people.\n---\n\n# Hello\n";

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): URL {
  const folder = mkdtempSync(join(tmpdir(), "skills-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  }
  return pathToFileURL(`${folder}/`);
}

test("a skill lists every file of its folder with the hash of its bytes, and nothing hidden", () => {
  const folder = folderOf({
    "say-hello/SKILL.md": hello,
    "say-hello/references/names.txt": "Ada\n",
    "say-hello/.DS_Store": "x",
    "say-hello/.git/HEAD": "x",
    ".hidden": "x",
  });
  expect(readSkills(folder)).toEqual([
    {
      uri: "skill://say-hello/SKILL.md",
      frontmatter: { name: "say-hello", description: "Says hello to people." },
      resources: [
        {
          uri: "skill://say-hello/SKILL.md",
          digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          size: Buffer.byteLength(hello),
        },
        {
          uri: "skill://say-hello/references/names.txt",
          // printf 'Ada\n' | sha256sum
          digest: "sha256:c4b7d45359e10813d1787293eb7ffa9a074e837fcf99c0281610eab5fe907e79",
          size: 4,
        },
      ],
    },
  ]);
});

test("what would lead out of the folder, or into another address, is refused", () => {
  const linked = folderOf({ "say-hello/SKILL.md": hello });
  symlinkSync(tmpdir(), new URL("say-hello/host.txt", linked));
  expect(() => readSkills(linked)).toThrow("host.txt is not a file. Links are not followed.");
  const odd = folderOf({ "say-hello/SKILL.md": hello, "say-hello/%2e%2e": "x" });
  expect(() => readSkills(odd)).toThrow("%2e%2e is not named in letters");
  expect(() => readSkills(folderOf({ "%2e%2e/SKILL.md": hello }))).toThrow("%2e%2e is not named");
  expect(() => readSkills(folderOf({ "Say/SKILL.md": hello }))).toThrow(
    "Say is not named in lower",
  );
  expect(() => readSkills(new URL("file:///skills"))).toThrow("has to end with a slash");
});

test.each([
  ["no SKILL.md", { "a.md": hello }, "has no SKILL.md"],
  ["another name", { "SKILL.md": hello.replace("say-hello", "say-bye") }, "Its `name` is not"],
  ["no name", { "SKILL.md": hello.replace("name: say-hello\n", "") }, "Its `name` is not"],
  ["no description", { "SKILL.md": hello.replace(/description.*\n/, "") }, "1 to 1,024"],
  ["a long one", { "SKILL.md": hello.replace("hello to", "x".repeat(1024)) }, "1 to 1,024"],
  [
    "a long compatibility",
    { "SKILL.md": hello.replace("name", `compatibility: ${"x".repeat(501)}\nname`) },
    "500",
  ],
  ["too much", { "SKILL.md": hello, "a.bin": new Uint8Array(16 * 1024 * 1024) }, "16 MiB"],
])("a skill with %s is refused", (_, files, why) => {
  expect(() => toSkill("say-hello", new Map(Object.entries(files)))).toThrow(why);
});

test("more files than hosts take are refused", () => {
  const files = Array.from({ length: 512 }, (_, at) => [`${at}.md`, "x"] as const);
  expect(() => toSkill("say-hello", new Map([["SKILL.md", hello], ...files]))).toThrow("513 files");
});
