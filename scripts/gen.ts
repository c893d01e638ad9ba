// Writes everything that follows from a server's definition: surface.json, server.json, the marked
// blocks of its README, and the table of servers in the root README. `--check` writes nothing and
// names what is out of date. Reads the built packages, so build first: `pnpm gen` does both.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, type Server, type Surface } from "../packages/runtime/dist/index.js";
import { toDefaultTools, toReadmeBlocks, toServerJson } from "../packages/runtime/dist/render.js";
import { fillMarkers } from "./lib/markers.ts";
import { listPackages, readText, root } from "./lib/packages.ts";

/** What a generated file holds now and what it should hold. */
interface Output {
  readonly path: string;
  readonly now: string | undefined;
  readonly wanted: string;
}

const servers = await Promise.all(listPackages("servers").map(load));
const examples = await Promise.all(listPackages("examples").map(load));

const outputs = [
  ...servers.flatMap(toServerOutputs),
  ...examples.flatMap(toExampleOutputs),
  toRootReadme(),
];
const stale = outputs.filter(({ now, wanted }) => now !== wanted);

if (process.argv.includes("--check")) {
  for (const { path } of stale) console.error(`${path}: out of date, run \`pnpm gen\``);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { path, wanted } of stale) {
    writeFileSync(join(root, path), wanted);
    console.log(`wrote ${path}`);
  }
}

/** A package's surface; undefined where its main export is no server. */
async function load(path: string): Promise<{ path: string; surface: Surface | undefined }> {
  if (readText(`${path}/src/index.ts`) === undefined) return { path, surface: undefined };
  const module: unknown = await import(pathToFileURL(join(root, path, "dist/index.js")).href);
  const server = typeof module === "object" && module !== null && "server" in module && module.server;
  return { path, surface: isServer(server) ? describe(server) : undefined };
}

function isServer(value: unknown): value is Server {
  return typeof value === "object" && value !== null && "toolsets" in value && "connect" in value;
}

function toServerOutputs({ path, surface }: (typeof servers)[number]): Output[] {
  if (surface === undefined) throw new TypeError(`${path}: src/index.ts exports no \`server\`.`);
  return [
    toJson(`${path}/surface.json`, surface),
    toJson(`${path}/server.json`, toServerJson(surface)),
    toReadme(path, surface, readText(`${path}/README.md`) ?? ""),
  ];
}

function toExampleOutputs({ path, surface }: (typeof examples)[number]): Output[] {
  return surface === undefined ? [] : [toJson(`${path}/surface.json`, surface)];
}

function toJson(path: string, value: object): Output {
  return { path, now: readText(path), wanted: `${JSON.stringify(value, null, 2)}\n` };
}

function toReadme(path: string, surface: Surface, now: string): Output {
  const file = `${path}/README.md`;
  let wanted = now;
  for (const [name, block] of Object.entries(toReadmeBlocks(surface))) {
    wanted = fill(file, wanted, name, block);
  }
  return { path: file, now, wanted };
}

function toRootReadme(): Output {
  const now = readText("README.md") ?? "";
  const rows = servers.flatMap(({ path, surface }) =>
    surface === undefined ? [] : [toRow(path, surface)],
  );
  const table = ["| Server | What it does | Tools |", "| --- | --- | --- |", ...rows].join("\n");
  return { path: "README.md", now, wanted: fill("README.md", now, "servers", table) };
}

function toRow(path: string, surface: Surface): string {
  const { name, description } = surface.package;
  return `| [${surface.title}](${path}) \`${name}\` | ${description} | ${toDefaultTools(surface).length} |`;
}

function fill(file: string, text: string, name: string, block: string): string {
  const filled = fillMarkers(text, name, block);
  if (filled === undefined) throw new TypeError(`${file}: no markers \`fairlead:${name}\`.`);
  return filled;
}
