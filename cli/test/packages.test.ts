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

test("what the programs carry is listed in the form of CycloneDX", async () => {
  const lists = readdirSync(servers).flatMap(readBills);
  const components = lists.flatMap(({ bill }) => bill.components);
  const unique = new Map(components.map((component) => [component["bom-ref"], component]));
  const all = { ...lists[0]?.bill, components: [...unique.values()] };
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  expect(await validator.validate(JSON.stringify(all))).toBeNull();
  const nameless = JSON.stringify(all).replaceAll('"name"', '"nom"');
  expect(await validator.validate(nameless)).not.toBeNull();
});

test.each(readdirSync(servers))("%s lists what its program carries", (name) => {
  const bills = readBills(name);
  expect(bills.map(({ file }) => file)).toContain("sbom.cdx.json");
  for (const { bill, notices } of bills) {
    expect(bill.metadata.component).toMatchObject({ name: `@fairlead/server-${name}` });
    const listed = bill.components.map((component) => `${component.name} ${component.version}`);
    const isOurs = (line: string) => line.startsWith("@fairlead/");
    expect(listed.some(isOurs)).toBe(true);
    // Whatever others wrote is named with its licence too.
    const named = [...notices.matchAll(/^(\S+ \d\S*) \(.+\)$/gm)].map(([, line]) => line);
    expect(listed.filter((line) => !isOurs(line)).sort()).toEqual(named.sort());
  }
});

interface Component {
  readonly name: string;
  readonly version: string;
  readonly "bom-ref": string;
}

/** What a server's bundles carry, next to the notices about the same. */
function readBills(name: string) {
  const folder = new URL(`${name}/dist/`, servers);
  const files = readdirSync(folder).filter((file) => file.endsWith(".cdx.json"));
  return files.map((file) => {
    const bill: {
      readonly metadata: { readonly component: Component };
      readonly components: readonly Component[];
    } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const [stem = ""] = file.replace("sbom", "THIRD-PARTY-NOTICES").toUpperCase().split(".");
    return { file, bill, notices: readFileSync(new URL(`${stem}.txt`, folder), "utf8") };
  });
}
