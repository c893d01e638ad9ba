// Writes what follows from the server: surface.json, server.json and the marked parts of README.md.
// `npm run build` runs it first.
import { readFileSync, writeFileSync } from "node:fs";
import { describe } from "@fairlead/runtime";
import { fillMarkers, toReadmeBlocks, toServerJson } from "@fairlead/runtime/render";
import { server } from "../src/index.ts";

const surface = describe(server);
const readme = new URL("../README.md", import.meta.url);
writeFileSync(new URL("../surface.json", import.meta.url), toJson(surface));
writeFileSync(new URL("../server.json", import.meta.url), toJson(toServerJson(surface)));
writeFileSync(readme, fillReadme(readFileSync(readme, "utf8")));

function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function fillReadme(text: string): string {
  return Object.entries(toReadmeBlocks(surface)).reduce(
    (filled, [name, block]) => fillMarkers(filled, name, block) ?? filled,
    text,
  );
}
