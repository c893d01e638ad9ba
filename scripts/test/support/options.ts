// Which environment variables a server reads, for the tests of what sets them.
import type { Option } from "../../../packages/define/dist/index.js";
import { commonOptions } from "../../../packages/define/dist/start.js";
import { servers } from "./programs.ts";

/**
 * Variables of options that are being built. An entry must go as soon as its option is there, which the
 * tests that use this list see to.
 */
const awaited: readonly string[] = [];

/** All options of a server, those that every server takes included. */
export function findOptions(server: string): readonly Option[] {
  const found = servers.find(({ surface }) => surface.name === server);
  if (!found) throw new Error(`There is no server ${server}.`);
  return [...commonOptions, ...found.surface.options];
}

/** Variables that no option reads, and awaited ones that one reads by now. */
export function listUnknown(options: readonly Option[], variables: readonly string[]): string[] {
  const read = options.map(({ env }) => env);
  return [
    ...variables.filter((name) => !read.includes(name) && !awaited.includes(name)),
    ...awaited.filter((name) => read.includes(name)).map((name) => `${name} is no longer awaited`),
  ];
}
