// Writes everything that follows from a server's definition: surface.json, server.json, the marked
// blocks of its README, the table of servers in the root README, the configs in docs/hosts.md,
// docs/protocol-support.md, the base and the labels of the images, the images that the overlays of
// docker/kubernetes start, and the JSON Schema of the file for `fairlead serve --config`. `--check` writes
// nothing and names what is out of date.
// Reads the built packages, so build first: `pnpm gen` does both.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { toConfigSchema } from "../cli/src/config/schema.ts";
import { type Server, type Surface, toSurface } from "../packages/runtime/dist/index.js";
import {
  fillMarkers,
  imageBase,
  readExamples,
  toDefaultTools,
  toHttpBlock,
  toImageName,
  toLabelInstruction,
  toReadmeBlocks,
  toServerJson,
} from "../packages/runtime/dist/render.js";
import { listPackages, readText, root } from "./lib/packages.ts";
import { renderProtocolSupport } from "./lib/protocol-support.ts";

/** What a generated file holds now and what it should hold. */
interface Output {
  readonly path: string;
  readonly now: string | undefined;
  readonly wanted: string;
}

const problems: string[] = [];
const servers = await loadAll("servers");
const examples = await loadAll("examples");

const outputs = [
  ...servers.flatMap(toServerOutputs),
  ...examples.map(({ path, surface }) => toJson(`${path}/surface.json`, surface)),
  toRootReadme(),
  toHostsPage(),
  toProtocolPage(),
  toJson("cli/servers.schema.json", toConfigSchema(servers.map(({ surface }) => surface))),
  toDockerfile(),
  ...servers.flatMap(toOverlay),
];
// A README that is not there yet is a problem of its markers, not a file to write.
const stale = outputs.filter(({ now = "", wanted }) => now !== wanted);

if (process.argv.includes("--check")) {
  problems.push(...stale.map(({ path }) => `${path}: out of date, run \`pnpm gen\``));
} else {
  for (const { path, wanted } of stale) {
    writeFileSync(join(root, path), wanted);
    console.log(`wrote ${path}`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

interface Package {
  readonly path: string;
  readonly surface: Surface;
}

/** The packages in a folder whose main export is a server. */
async function loadAll(parent: string): Promise<Package[]> {
  const found: Package[] = [];
  for (const path of listPackages(parent)) {
    if (readText(`${path}/src/index.ts`) === undefined) continue;
    const module: unknown = await import(pathToFileURL(join(root, path, "dist/index.js")).href);
    const server = typeof module === "object" && module !== null && "server" in module;
    if (server && isServer(module.server)) found.push({ path, surface: toSurface(module.server) });
  }
  return found;
}

function isServer(value: unknown): value is Server {
  return typeof value === "object" && value !== null && "toolsets" in value && "connect" in value;
}

function toServerOutputs({ path, surface }: Package): Output[] {
  return [
    toJson(`${path}/surface.json`, surface),
    toJson(`${path}/server.json`, toServerJson(surface)),
    toReadme(path, surface),
  ];
}

function toJson(path: string, value: object): Output {
  return { path, now: readText(path), wanted: `${JSON.stringify(value, null, 2)}\n` };
}

function toReadme(path: string, surface: Surface): Output {
  const file = `${path}/README.md`;
  const now = readText(file) ?? "";
  const calls = readExamples(JSON.parse(readText(`${path}/examples.json`) ?? "[]"));
  const blocks = Object.entries(toReadmeBlocks(surface, { examples: calls }));
  const wanted = blocks.reduce((text, [name, block]) => fill(file, text, name, block), now);
  return { path: file, now, wanted };
}

function toRootReadme(): Output {
  const now = readText("README.md") ?? "";
  const head = ["| Server | What it does | Tools |", "| --- | --- | --- |"];
  const table = [...head, ...servers.map(toRow)].join("\n");
  return { path: "README.md", now, wanted: fill("README.md", now, "servers", table) };
}

/** How every client sends a token, for a server that runs already. */
function toHostsPage(): Output {
  const path = "docs/hosts.md";
  const now = readText(path) ?? "";
  const block = toHttpBlock("files", "http://127.0.0.1:3000/mcp", "FAIRLEAD_BEARER_TOKEN");
  return { path, now, wanted: fill(path, now, "http-clients", block) };
}

/** What is supported of the protocol, by revision. */
function toProtocolPage(): Output {
  const path = "docs/protocol-support.md";
  return { path, now: readText(path), wanted: renderProtocolSupport() };
}

function toRow({ path, surface }: Package): string {
  const { name, description } = surface.package;
  const tools = toDefaultTools(surface).length;
  return `| [${surface.title}](${path}), \`${name}\` | ${description} | ${tools} |`;
}

function toDockerfile(): Output {
  const path = "docker/Dockerfile";
  const now = readText(path) ?? "";
  const based = fill(path, now, "base", imageBase);
  const stages = servers.map((server) => toStage(server, now)).join("\n\n");
  return { path, now, wanted: fill(path, based, "labels", stages) };
}

/** The stage that labels a server's image, on that of its own name where there is one. */
function toStage({ path, surface }: Package, dockerfile: string): string {
  const { name } = surface;
  const { license } = JSON.parse(readText(`${path}/package.json`) ?? "");
  const base = dockerfile.split("\n").includes(`FROM base AS ${name}`) ? name : "base";
  return `FROM ${base} AS ${name}-labelled\n${toLabelInstruction(surface, license)}`;
}

/** The image that the overlay of a server starts, at the version of the server. */
function toOverlay({ surface }: Package): Output[] {
  const path = `docker/kubernetes/overlays/${surface.name}/kustomization.yaml`;
  const now = readText(path);
  if (now === undefined) return [];
  const lines = [
    "images:",
    "  - name: fairlead-server",
    `    newName: registry.example.com/${toImageName(surface)}`,
    `    newTag: ${surface.package.version}`,
  ];
  return [{ path, now, wanted: fill(path, now, "image", lines.join("\n")) }];
}

function fill(file: string, text: string, name: string, block: string): string {
  const filled = fillMarkers(text, name, block);
  if (filled === undefined) problems.push(`${file}: no markers \`fairlead:${name}\``);
  return filled ?? text;
}
