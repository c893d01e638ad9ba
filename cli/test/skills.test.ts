import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findSessions } from "@fairlead/testing";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";

const servers = new URL("../../servers/", import.meta.url);
// Of its own: a container is given what it may read, with all that is in it.
const place = mkdtempSync(join(tmpdir(), "fairlead-skills-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe.for(readdirSync(servers))("%s", async (name) => {
  const folder = new URL(`${name}/`, servers);
  const file = readFileSync(new URL(`skills/use-${name}/SKILL.md`, folder), "utf8");
  const bin = fileURLToPath(new URL("dist/main.cjs", folder));
  // That the image of each server has its skill is looked at with the images; here one serves it.
  const ways = Object.entries(await findSessions(name, bin)).filter(
    ([, { contained }]) => !contained || name === "git",
  );
  const works = name === "filesystem" || name === "git";

  test.for(ways.filter(([, { era }]) => era === "modern"))(
    "has a skill that the official %s reads and verifies, without an account or a browser",
    async ([, { open }]) => {
      const session = await open(works ? { args: [place], readOnly: [place] } : {});
      onTestFinished(() => session.close());
      expect(await session.readSkills()).toEqual([
        {
          name: `use-${name}`,
          description: expect.stringMatching(/Use it/),
          files: { [`skill://use-${name}/SKILL.md`]: file },
          entries: ["SKILL.md"],
        },
      ]);
    },
  );

  test.for(ways.filter(([, { era, contained }]) => era === "legacy" && !contained))(
    "lists it as a resource for the official %s, which knows of no skills",
    async ([, { open }]) => {
      const session = await open(works ? { args: [place] } : {});
      onTestFinished(() => session.close());
      const uri = `skill://use-${name}/SKILL.md`;
      expect(await session.listResources()).toContainEqual(expect.objectContaining({ uri }));
      expect(await session.read(uri)).toMatchObject({
        contents: [{ uri, mimeType: "text/markdown", text: file }],
      });
    },
  );
});
