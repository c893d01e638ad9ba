import { isRecord } from "@fairlead/guard/record";
import { type Server, type Surface, toSurface } from "@fairlead/runtime";
import type { Values } from "@fairlead/runtime/host";
import { findServer, ourNames } from "./find-server.ts";
import { entryFields, listEntryKeys, processOptions, serverOptions } from "./keys.ts";
import { findNearest } from "./nearest.ts";
import type { Places } from "./places.ts";
import type { Path } from "./yaml.ts";

/** One server of the file, by what the file says of it. */
export interface Entry {
  readonly at: Path;
  readonly server: Server;
  /** Under the name that the server has in this process. */
  readonly surface: Surface;
  readonly path: string;
  readonly values: Values;
}

/** What paths are for others: probes, and what clients look for at the root. */
const takenPaths = /^\/(?:livez|readyz|metrics|\.well-known(?:\/.*)?)?$/;

/** Reads the entries of `servers`, and tells what is wrong with them. */
export async function readEntries(
  list: unknown,
  places: Places,
  tell: (problem: string) => void,
): Promise<readonly Entry[]> {
  if (!Array.isArray(list) || list.length === 0) {
    tell(places.at(["servers"], "servers must be a list of servers, such as `- server: git`."));
    return [];
  }
  const found: Entry[] = [];
  for (const [index, item] of list.entries()) {
    const entry = await readEntry(item, ["servers", index], places, tell);
    if (entry === undefined) continue;
    const { surface, path, at } = entry;
    const twin = found.find((other) => other.surface.name === surface.name);
    if (twin !== undefined) {
      tell(
        places.at(
          [...at, "name"],
          `two servers have the name ${surface.name}. Give one another name.`,
        ),
      );
      continue;
    }
    if (found.some((other) => other.path === path)) {
      tell(places.at([...at, "path"], `two servers have the path ${path}. Give one another path.`));
      continue;
    }
    places.add(surface.name, at, surface.options);
    found.push(entry);
  }
  return found;
}

async function readEntry(
  item: unknown,
  at: Path,
  places: Places,
  tell: (problem: string) => void,
): Promise<Entry | undefined> {
  const problem = (key: string, text: string) => tell(places.at([...at, key], text));
  if (!isRecord(item)) {
    tell(places.at(at, "an entry of servers must have keys, such as `server: git`."));
    return undefined;
  }
  const { server: asked, name, path } = item;
  if (typeof asked !== "string" || asked === "") {
    return void problem("server", `server is missing or not a text. ${entryFields.server}`);
  }
  let server: Server;
  try {
    server = await findServer(asked);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const nearest = findNearest(asked, ourNames);
    const meant = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
    return void problem("server", `server ${JSON.stringify(asked)}: ${reason}${meant}`);
  }
  // Under its own name what it signs and seals is not that of another entry of the same server. Its
  // variables keep their names.
  const named = name === undefined ? {} : { name: String(name) };
  const surface = { ...toSurface(server), ...named };
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(surface.name)) {
    return void problem(
      "name",
      `name must have lower-case letters, digits, - and _, not ${JSON.stringify(surface.name)}.`,
    );
  }
  const own = path ?? `/${surface.name}/mcp`;
  if (
    typeof own !== "string" ||
    !/^(?:\/[\w.~-]+)+$/.test(own) ||
    takenPaths.test(own) ||
    own.includes("/.")
  ) {
    problem(
      "path",
      `path must be the path of a URL, such as /git/mcp, not ${JSON.stringify(own)}.`,
    );
    return undefined;
  }
  tellUnknown(Object.keys(item), listEntryKeys(surface.options), (key, text) =>
    problem(key, `${surface.name}: ${text}`),
  );
  return { at, server: { ...server, ...named }, surface, path: own, values: item };
}

/** Tells of each key that is not known, with the known one that was probably meant. */
export function tellUnknown(
  keys: readonly string[],
  known: readonly string[],
  tell: (key: string, problem: string) => void,
): void {
  for (const key of keys.filter((each) => !known.includes(each))) {
    const nearest = findNearest(key, known);
    const meant = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
    const elsewhere = findElsewhere(key);
    tell(key, elsewhere ?? `there is no option ${JSON.stringify(key)}.${meant}`);
  }
}

/** Where an option belongs that is known, but not in its place. */
function findElsewhere(key: string): string | undefined {
  if (processOptions.some((option) => option.key === key)) {
    return `${key} holds for all servers. Move it to the top of the file.`;
  }
  if (serverOptions.some((option) => option.key === key)) {
    return `${key} is different for each server. Move it to an entry of servers.`;
  }
  return undefined;
}
