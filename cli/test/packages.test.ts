import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const servers = new URL("../../servers/", import.meta.url);

test.each(readdirSync(servers))(
  "%s packs its program, and names what others wrote of it",
  (name) => {
    const folder = new URL(`${name}/`, servers);
    const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: fileURLToPath(folder),
      encoding: "utf8",
    });
    const [{ files }] = JSON.parse(packed);
    const paths = files.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "package.json",
        "README.md",
        `skills/use-${name}/SKILL.md`,
        ...["dist/main.cjs", "dist/index.js", "dist/index.d.ts", "dist/THIRD-PARTY-NOTICES.txt"],
      ]),
    );
    const notices = readFileSync(new URL("dist/THIRD-PARTY-NOTICES.txt", folder), "utf8");
    const entries = notices.split(`\n${"-".repeat(80)}\n`).map((entry) => entry.trim());
    // What every server carries.
    expect(notices).toMatch(/^zod \d/m);
    expect(notices).toMatch(/^ajv \d/m);
    for (const entry of entries) expect(entry).toMatch(/copyright/i);
  },
);
