import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Skill, Surface } from "../surface.ts";
import { parseFrontmatter } from "./frontmatter.ts";

/** What every host must take of one skill (SEP-2640, "Limits"). */
const most = { files: 512, bytes: 16 * 1024 * 1024 };
const namePattern = /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Paths that are the same in an address and in a folder. */
const pathPattern = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;

/** The skills in a folder, each a folder with a SKILL.md; throws a RangeError for what hosts would refuse. */
export function readSkills(folder: URL): readonly Skill[] {
  if (!folder.href.endsWith("/")) throw new RangeError(`${folder.href} has to end with a slash.`);
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return names.toSorted().map((name) => {
    assertName(name);
    const home = new URL(`${name}/`, folder);
    const paths = listFiles(home);
    return toSkill(name, new Map(paths.map((path) => [path, readFileSync(new URL(path, home))])));
  });
}

/**
 * A skill from its files, which are named by their path below its folder; throws a RangeError for what
 * hosts would refuse.
 *
 * @example
 * ```ts
 * import { toSkill } from "@fairlead/runtime";
 *
 * const text = "---\nname: use-clock\ndescription: Tells the time of a place.\n---\nCall get_time.\n";
 * export const skill = toSkill("use-clock", new Map([["SKILL.md", text]]));
 * ```
 */
export function toSkill(name: string, files: ReadonlyMap<string, string | Uint8Array>): Skill {
  assertName(name);
  const main = files.get("SKILL.md");
  if (main === undefined) return refuse(name, "has no SKILL.md.");
  const resources = [...files].map(([path, body]) => {
    const bytes = Buffer.from(body);
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    return { uri: `skill://${name}/${path}`, digest, size: bytes.length };
  });
  const size = resources.reduce((sum, file) => sum + file.size, 0);
  if (resources.length > most.files || size > most.bytes) {
    refuse(name, `has ${resources.length} files of ${size} bytes; hosts take 512 of 16 MiB.`);
  }
  return {
    uri: `skill://${name}/SKILL.md`,
    frontmatter: toFrontmatter(name, Buffer.from(main).toString()),
    resources: resources.toSorted((a, b) => (a.uri < b.uri ? -1 : 1)),
  };
}

/**
 * A Surface with skills, each of which is a resource as well, for clients that know of no skills. Only
 * a program that makes servers needs it: `toSurface` adds those in the folder of a server.
 *
 * @example
 * ```ts
 * import { type Server, toSkill, toSurface, withSkills } from "@fairlead/runtime";
 *
 * export function toSurfaceWithSkill(server: Server, text: string) {
 *   return withSkills(toSurface(server), [toSkill("use-clock", new Map([["SKILL.md", text]]))]);
 * }
 * ```
 */
export function withSkills(surface: Surface, skills: readonly Skill[]): Surface {
  const resources = skills.map(({ uri, frontmatter: { name, description } }) => {
    return { uri, name, description, mimeType: "text/markdown" };
  });
  return { ...surface, resources: [...surface.resources, ...resources], skills };
}

/** Their paths below `home`, without what systems leave behind in a folder, such as .DS_Store. */
function listFiles(home: URL, folder = ""): readonly string[] {
  const entries = readdirSync(new URL(folder, home), { withFileTypes: true });
  return entries.flatMap((entry) => {
    if (entry.name.startsWith(".")) return [];
    const path = `${folder}${entry.name}`;
    if (!pathPattern.test(path)) {
      refuse(path, "is not named in letters, digits, dots, hyphens and underscores.");
    }
    if (entry.isDirectory()) return listFiles(home, `${path}/`);
    return entry.isFile() ? path : refuse(path, "is not a file. Links are not followed.");
  });
}

function assertName(name: string): void {
  if (!namePattern.test(name)) refuse(name, "is not named in lower-case words with hyphens.");
}

function toFrontmatter(folder: string, file: string): Skill["frontmatter"] {
  try {
    const fields = parseFrontmatter(file);
    const { name, description, compatibility = "any" } = fields;
    if (name !== folder) throw new RangeError("Its `name` is not that of its folder.");
    if (!isText(description, 1_024)) {
      throw new RangeError("It needs a `description` of 1 to 1,024 characters.");
    }
    if (!isText(compatibility, 500))
      throw new RangeError("`compatibility` is over 500 characters.");
    return { ...fields, name: folder, description };
  } catch (error) {
    return refuse(folder, `has a SKILL.md that hosts may refuse. ${Object(error).message}`);
  }
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value !== "" && [...value].length <= longest;
}

function refuse(where: string, why: string): never {
  throw new RangeError(`The skill ${where} ${why}`);
}
