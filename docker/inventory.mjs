// Lists what is in an image, in the form of CycloneDX 1.6 (ECMA-424), to stdout: what the bundles of the
// server carry, as their build found it, the packages in its node_modules, Node, and Debian's packages. Runs in
// the image, so it needs nothing besides Node.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [app = "/app"] = process.argv.slice(2);

const known = [
  ...[
    "0BSD",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
  ],
  ...["MIT-0", "MPL-2.0", "Python-2.0", "Unlicense"],
];

const bundled = readdirSync(join(app, "dist"))
  .filter((name) => /^sbom.*\.cdx\.json$/.test(name))
  .map((name) => readJson(join(app, "dist", name)));
const main = bundled.find(({ metadata }) => metadata)?.metadata.component;
if (!main) throw new Error(`${app}/dist has no sbom.cdx.json.`);

const found = new Map();
for (const component of [
  ...bundled.flatMap(({ components }) => components),
  ...listInstalled(join(app, "node_modules")),
  toNode(),
  ...listDebian(),
]) {
  found.set(component["bom-ref"], component);
}
const refs = [...found.keys()].sort();
const document = {
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { component: main },
  components: refs.map((ref) => found.get(ref)),
  dependencies: [{ ref: main["bom-ref"], dependsOn: refs }, ...refs.map((ref) => ({ ref }))],
};
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);

/** Every package in a folder of packages, and in those of pnpm below it. */
function listInstalled(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === "package.json")
    .filter(({ parentPath }) => /\/node_modules\/(?:@[^/]+\/)?[^/@]+$/.test(parentPath))
    .map(({ parentPath }) => readJson(join(parentPath, "package.json")))
    .filter(({ name, version }) => name && version)
    .map(({ name, version, license }) => {
      return toComponent(name, version, `pkg:npm/${name.replace("@", "%40")}@${version}`, license);
    });
}

function toNode() {
  const { version } = process;
  return toComponent("node", version.slice(1), `pkg:generic/node@${version.slice(1)}`, "MIT");
}

function listDebian() {
  const { VERSION_ID } = Object.fromEntries(
    readFileSync("/etc/os-release", "utf8")
      .split("\n")
      .map((line) => line.replaceAll('"', "").split("=")),
  );
  const fields = ["db:Status-Abbrev", "Package", "Version", "Architecture"];
  const format = `${fields.map((field) => `\${${field}}`).join("\t")}\n`;
  return execFileSync("dpkg-query", ["--show", `--showformat=${format}`], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.startsWith("ii"))
    .map((line) => {
      const [, name, version, architecture] = line.split("\t");
      const escaped = encodeURIComponent(version);
      const purl = `pkg:deb/debian/${name}@${escaped}?arch=${architecture}&distro=debian-${VERSION_ID}`;
      return toComponent(name, version, purl);
    });
}

function toComponent(name, version, purl, license) {
  const licenses = license && { licenses: [{ license: toLicense(license) }] };
  return { type: "library", "bom-ref": purl, name, version, purl, ...licenses };
}

/** CycloneDX takes as an id only what SPDX lists, and packages say `BSD` or `(MIT OR CC0-1.0)` too. */
function toLicense(license) {
  const text = typeof license === "string" ? license : license.type;
  return known.includes(text) ? { id: text } : { name: String(text) };
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
