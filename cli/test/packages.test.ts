import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
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
        "dist/sbom.cdx.json",
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

test.each(readdirSync(servers))("%s lists what its program carries", async (name) => {
  const folder = new URL(`${name}/dist/`, servers);
  const bills = readdirSync(folder).filter((file) => file.endsWith(".cdx.json"));
  expect(bills).toContain("sbom.cdx.json");
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  for (const bill of bills) {
    const text = readFileSync(new URL(bill, folder), "utf8");
    expect(await validator.validate(text)).toBeNull();
    const { metadata, components } = JSON.parse(text);
    expect(metadata.component).toMatchObject({ name: `@fairlead/server-${name}` });
    const listed = components.map(toText);
    expect(listed.some((line: string) => line.startsWith("@fairlead/"))).toBe(true);
    const notices = bill
      .replace("sbom", "THIRD-PARTY-NOTICES")
      .replace(".cdx.json", "")
      .toUpperCase();
    const named = readFileSync(new URL(`${notices}.txt`, folder), "utf8").matchAll(
      /^(\S+ \d\S*) \(.+\)$/gm,
    );
    const foreign = listed.filter((line: string) => !line.startsWith("@fairlead/"));
    expect(foreign.sort()).toEqual([...named].map(([, line]) => line).sort());
  }
});

function toText({ name, version }: Readonly<Record<string, string>>): string {
  return `${name} ${version}`;
}
