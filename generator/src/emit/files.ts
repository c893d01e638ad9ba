import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ApiData,
  connectApi,
  toConfig,
  toResourceTemplates,
  toToolsets,
} from "@fairlead/openapi";
import { defineServer, toSkill, toSurface, withSkills } from "@fairlead/runtime";
import {
  fillMarkers,
  imageBase,
  toLabelInstruction,
  toReadmeBlocks,
  toServerJson,
} from "@fairlead/runtime/render";
import type { Json } from "../json.ts";
import { toPlain } from "../plan/names/words.ts";
import type { Plan } from "../plan/plan.ts";
import { type Form, toApiFiles } from "./api.ts";
import type { Files } from "./lock.ts";
import { toSkillName, toSkillPath, toSkillText } from "./skill.ts";
import { toText } from "./text.ts";

type PackageFacts = Parameters<typeof defineServer>[0]["package"];

/** Where the packages of ours that a server runs on come from: ranges, or tarballs as `file:`. */
export interface Sources {
  readonly runtime: string;
  readonly openapi: string;
}

export interface PackageOptions {
  readonly plan: Plan;
  readonly sources: Sources;
  readonly settings: Json;
  /** The types of the API, where they could be made. */
  readonly types: string | undefined;
  readonly form: Form;
  /** The folder of what every package has. */
  readonly template: URL;
}

/** Versions a package is developed with, the newest known to go together. */
const development = {
  "@types/node": "^24.0.0",
  tsdown: "0.22.14",
  typescript: "7.0.2",
  vitest: "5.1.1",
  zod: "^4.6.7",
};

/** Files that belong to the generator: written anew each time, and guarded against other hands. */
export function toGenerated({ plan, types, form }: PackageOptions, spec: Json): Files {
  return new Map([
    ...toApiFiles(plan.data, form),
    ...(types === undefined ? [] : [["src/generated/schema.d.ts", types] as const]),
    [toSkillPath(plan.data), toSkillText(plan.data)],
    ["generation-report.json", toText(plan.report)],
    ["spec/openapi.json", toText(spec)],
  ]);
}

/** Files that are written once, and belong to people from then on. */
export function toOnce(options: PackageOptions): Files {
  const { plan, template, settings } = options;
  const { data } = plan;
  const manifest = toManifest(options);
  const skill = toSkill(toSkillName(data), new Map([["SKILL.md", toSkillText(data)]]));
  const surface = withSkills(toSurface(toServer(data, manifest)), [skill]);
  const files = new Map<string, string>();
  const blocks = Object.entries({
    ...toReadmeBlocks(surface, { local: manifest.private }),
    base: imageBase,
    labels: toLabelInstruction(surface),
  });
  const title = data.title.replace(/[\\`*_{}[\]<>()#+!|~]/g, "\\$&");
  const words = { "{{title}}": title, "{{name}}": data.name };
  for (const path of listFiles(template)) {
    // npm leaves files called .gitignore out of packages.
    const target = /^\w+ignore$/.test(path) ? `.${path}` : path;
    const text = readFileSync(new URL(path, template), "utf8");
    const named = Object.entries(words).reduce(
      (all, [key, word]) => all.replaceAll(key, () => word),
      text,
    );
    const filled = blocks.reduce(
      (all, [name, block]) => fillMarkers(all, name, block) ?? all,
      named,
    );
    files.set(target, filled);
  }
  files.set("package.json", toText(manifest));
  files.set("openapi-to-mcp.config.json", toText(settings));
  files.set("surface.json", toText(surface));
  files.set("server.json", toText(toServerJson(surface)));
  return files;
}

/** The server as the package will define it, to show what the world sees of it. */
export function toServer(data: ApiData, manifest: PackageFacts) {
  return defineServer({
    name: data.name,
    title: data.title,
    package: manifest,
    ...(data.instructions !== undefined && { instructions: data.instructions }),
    config: toConfig(data),
    connect: (values, caller) => connectApi(data, values, caller),
    toolsets: toToolsets(data),
    resourceTemplates: toResourceTemplates(data),
  });
}

function toManifest({ plan: { data }, sources }: PackageOptions) {
  const { name, title } = data;
  const ours = { "@fairlead/openapi": sources.openapi, "@fairlead/runtime": sources.runtime };
  const optional = { optional: true };
  return {
    name: `${name}-mcp`,
    version: "0.1.0",
    description: toPlain(`MCP server for ${title}.`, 100),
    private: true,
    mcpName: `io.github.you/${name}-mcp`,
    type: "module",
    engines: { node: ">=22.22" },
    bin: { [`${name}-mcp`]: "dist/main.cjs" },
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    files: ["dist", "skills", "surface.json", "server.json"],
    scripts: {
      build: "node scripts/gen.ts && tsdown --log-level warn",
      typecheck: "tsc --noEmit",
      test: "npm run build && vitest run",
      start: "node dist/main.cjs --http 3000",
    },
    peerDependencies: {
      ...mapValues(ours, (source) => (source.startsWith("file:") ? "*" : source)),
      zod: development.zod,
    },
    peerDependenciesMeta: { ...mapValues(ours, () => optional), zod: optional },
    devDependencies: { ...ours, ...development },
  };
}

function mapValues<T>(values: Readonly<Record<string, string>>, change: (value: string) => T) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function listFiles(folder: URL): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(fileURLToPath(folder), join(parentPath, name)))
    .map((path) => path.split(sep).join("/"))
    .sort();
}
