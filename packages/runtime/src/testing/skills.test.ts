import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineServer, toSurface } from "@fairlead/define";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { checkSkills } from "./skills.ts";

/** A package with a skill, whose package.json ships `files`. */
function createPackage(files: readonly string[], text: string, folder = "skills/") {
  const home = mkdtempSync(join(tmpdir(), "package-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const root = pathToFileURL(`${home}/`);
  mkdirSync(new URL(`${folder}go/`, root), { recursive: true });
  writeFileSync(new URL("package.json", root), JSON.stringify({ files }));
  const skill = `---\nname: go\ndescription: Goes somewhere.\n---\n${text}\n`;
  writeFileSync(new URL(`${folder}go/SKILL.md`, root), skill);
  const server = defineServer({
    name: "go",
    title: "Go",
    package: { name: "go", version: "1.0.0", description: "Goes." },
    config: z.object({}),
    connect: () => ({ context: {} }),
    toolsets: [],
    skills: new URL(folder, root),
  });
  return [{ server, root, otherNames: ["elsewhere"] }, toSurface(server)] as const;
}

test("a skill that is shipped and names what is there is in order", () => {
  expect(() => checkSkills(...createPackage(["dist", "skills"], "`elsewhere`"))).not.toThrow();
});

test("a skill that npm would leave out is found", () => {
  expect(() => checkSkills(...createPackage(["dist"], ""))).toThrow("is not among the `files`");
  expect(() => checkSkills(...createPackage(["skills"], "", "src/skills/"))).toThrow("`files`");
});

test("a skill that names a tool that is gone is found, with its file", () => {
  expect(() => checkSkills(...createPackage(["skills"], "Call `walk`."))).toThrow(
    /neither tools nor arguments of the server/,
  );
});
