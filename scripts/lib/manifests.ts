import type { Violation } from "./violation.ts";

/** What a package that is published must say of itself. */
const required: readonly (readonly [string, (manifest: Manifest) => boolean])[] = [
  ["name", ({ name }) => typeof name === "string" && /^(?:@fairlead\/)?[a-z0-9-]+$/.test(name)],
  ["version", ({ version }) => typeof version === "string" && /^\d+\.\d+\.\d+/.test(version)],
  ["description", ({ description }) => typeof description === "string" && description !== ""],
  ["license", ({ license }) => license === "Apache-2.0"],
  ["type", ({ type }) => type === "module"],
  ["engines.node", ({ engines }) => isObject(engines) && typeof engines["node"] === "string"],
  ["files", ({ files }) => Array.isArray(files) && files.length > 0],
];

type Manifest = Readonly<Record<string, unknown>>;

/** The fields a package.json lacks; a private package owes none. */
export function checkManifest(path: string, text: string): Violation[] {
  const manifest: unknown = JSON.parse(text);
  if (!isObject(manifest) || manifest["private"] === true) return [];
  const missing = required.filter(([, holds]) => !holds(manifest)).map(([field]) => field);
  if (path.startsWith("servers/")) {
    for (const field of ["mcpName", "bin"]) if (!(field in manifest)) missing.push(field);
  }
  return missing.map((field) => {
    return {
      path,
      line: 1,
      rule: "manifest",
      message: `\`${field}\` is missing or not as it should be.`,
    };
  });
}

function isObject(value: unknown): value is Manifest {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
