import type { ApiData, OperationEntry, OperationGroup } from "@fairlead/openapi";
import { type Json, toJson, toList, toText } from "../json.ts";
import type { Loaded } from "../load/load.ts";
import { type Common, toEntry, Unusable } from "./entry.ts";
import { Listing } from "./listing.ts";
import { isName, type NameLock, toKey, toNames } from "./names/names.ts";
import { toPlain, toWords } from "./names/words.ts";
import { type Listed, listDocument, type Unlisted } from "./operations.ts";
import type { Outcome, Report } from "./report.ts";
import { Closures } from "./schemas/closures.ts";
import { LostReference, References } from "./schemas/references.ts";
import { InputSchemas } from "./schemas/schemas.ts";
import { toSchemes } from "./security.ts";
import { toServers } from "./servers.ts";

export interface PlanOptions {
  /** The server's name. */
  readonly name: string;
  readonly mode: "auto" | "tools" | "search";
  /** What the list of tools may cost before `auto` searches instead, in tokens of four characters. */
  readonly maxTokens: number;
  /** Which operations to take: `tag:x`, `path:/x*`, `op:id` or `method:get`; all unless given. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Only what reads. */
  readonly readOnly?: boolean;
  readonly lock?: NameLock;
}

export interface Plan {
  readonly data: ApiData;
  readonly report: Report;
  readonly lock: NameLock;
}

/** Decides what each operation of a document becomes. Pure: the same document, the same plan. */
export function plan({ document, version, url, notes }: Loaded, options: PlanOptions): Plan {
  const references = new References(document);
  const schemas = new InputSchemas(references);
  const servers = toServers(document["servers"], url);
  const schemes = toSchemes(document, references);
  const common: Common = { document, url, references, schemas, servers, schemes };
  const all = listDocument(document, references);
  const outcomes: Outcome[] = [];
  const kept = all.filter((one): one is Listed => {
    const reason = "reason" in one ? one.reason : findExclusion(one, options);
    if (reason === undefined) return true;
    outcomes.push({ ...toFacts(one), reason, ...(!("reason" in one) && { excluded: true }) });
    return false;
  });
  const identities = kept.map((one) => ({
    ...one,
    chosen: toChosenName(one),
    summary: toPlain(one.own["summary"] ?? one.own["description"], 60),
    tag: toText(toList(one.own["tags"])[0]),
  }));
  const names = toNames(identities, options.lock);
  const entries = new Map<Listed, OperationEntry>();
  for (const one of kept) {
    const name = names.get(toKey(one)) ?? "";
    try {
      entries.set(one, toEntry(one, name, common));
    } catch (error) {
      if (!(error instanceof Unusable || error instanceof LostReference)) throw error;
      outcomes.push({ ...toFacts(one), reason: error.message });
    }
  }
  schemas.finish();
  const info = toJson(document["info"]);
  const root = toJson(document["x-mcp"]);
  const title = toPlain(root["title"] ?? info["title"], 60) || options.name;
  const instructions = toPlain(root["instructions"], 1_000);
  const closures = new Closures(schemas.shared);
  const listing = new Listing(entries.values(), schemas.shared, closures);
  const mode = toMode(options, root, listing);
  // Who asks for a tool for each operation has decided what their list may cost.
  const asked = mode === "search" || options.mode === "tools";
  const chosen = listing.choose(asked ? Number.POSITIVE_INFINITY : options.maxTokens);
  for (const [one, entry] of entries) {
    const listed = chosen.get(entry);
    if (listed === undefined) continue;
    const { tokens, references: refers } = listed;
    const how = refers !== undefined && { references: refers };
    outcomes.push({ ...toFacts(one), name: entry.name, tokens, ...how });
    entries.set(one, listed.entry);
  }
  const tokens = outcomes.reduce((sum, outcome) => sum + (outcome.tokens ?? 0), 0);
  const groups = toGroups(entries, document);
  const inputs = [...entries.values()].map(({ input }) => input);
  const data: ApiData = {
    name: options.name,
    title,
    servers,
    schemes: toUsed(schemes, entries),
    ...(asksForEtags(entries.values()) && { etags: true }),
    mode,
    ...(instructions !== "" && { instructions }),
    groups: mode === "search" ? groups.map(withoutFields) : groups,
    schemas: pick(schemas.shared, closures.find(inputs)),
  };
  const report: Report = {
    title,
    version,
    mode,
    operations: all.length,
    tools: entries.size,
    lost: outcomes.filter(({ reason, excluded }) => reason !== undefined && !excluded).length,
    excluded: outcomes.filter(({ excluded }) => excluded).length,
    webhooks: Object.keys(toJson(document["webhooks"])).length,
    tokens,
    notes: [...notes, ...schemas.notes, ...toServerNotes(entries.values(), servers)].sort(),
    outcomes: outcomes.sort((a, b) => (toKey(a) < toKey(b) ? -1 : 1)),
  };
  return { data, report, lock: toLock(entries) };
}

/** Whether some operation takes the ETag of an earlier answer, so that answers have to tell theirs. */
function asksForEtags(entries: Iterable<OperationEntry>): boolean {
  return [...entries].some(({ operation }) =>
    operation.parameters?.some(({ in: place, name }) => {
      return place === "header" && /^if-(?:none-)?match$/i.test(name);
    }),
  );
}

/** Credentials go to the servers of the operations, so the generator names these servers. */
function toServerNotes(entries: Iterable<OperationEntry>, servers: Common["servers"]): string[] {
  const own = new Set(servers.map(toOrigin));
  const others = [...entries].flatMap(({ operation }) => (operation.servers ?? []).map(toOrigin));
  const counts = Map.groupBy(
    others.filter((origin) => origin !== undefined && !own.has(origin)),
    (origin) => origin,
  );
  return [...counts].map(
    ([origin, all]) => `${all.length} operations are at ${origin}, credentials included.`,
  );
}

function toOrigin({ url }: Common["servers"][number]): string | undefined {
  return URL.parse(url)?.origin;
}

function toFacts(one: Listed | Unlisted): Pick<Outcome, "method" | "path" | "operationId"> {
  const id = "id" in one ? one.id : undefined;
  return { method: one.method, path: one.path, ...(id !== undefined && { operationId: id }) };
}

function toChosenName({ own }: Listed): string | undefined {
  const { name } = toJson(own["x-mcp"]);
  return isName(name) ? name : undefined;
}

/** Why somebody has left an operation out; undefined for one that stays. */
function findExclusion(one: Listed, options: PlanOptions): string | undefined {
  const [own, item] = [one.own["x-mcp"], one.item["x-mcp"]];
  if (
    own === false ||
    item === false ||
    toJson(own)["exclude"] === true ||
    toJson(item)["exclude"] === true
  ) {
    return "left out by x-mcp";
  }
  const { include = [], exclude = [], readOnly = false } = options;
  if (include.length > 0 && !include.some((filter) => fits(one, filter))) return "not included";
  const filter = exclude.find((each) => fits(one, each));
  if (filter !== undefined) return `left out by ${filter}`;
  const reads = ["GET", "HEAD", "OPTIONS", "QUERY"].includes(one.method);
  return readOnly && !reads ? "left out by --read-only" : undefined;
}

function fits({ method, path, id, own }: Listed, filter: string): boolean {
  const [, kind = "", pattern = ""] = /^(\w+):(.*)$/.exec(filter) ?? [];
  const values: Readonly<Record<string, readonly unknown[]>> = {
    tag: toList(own["tags"]),
    path: [path],
    op: [id],
    method: [method.toLowerCase()],
  };
  const wanted = kind === "method" ? pattern.toLowerCase() : pattern;
  return (values[kind] ?? []).some((value) => typeof value === "string" && matches(value, wanted));
}

/** A star stands for anything. */
function matches(value: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return value === pattern;
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = value.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  const last = rest.at(-1) ?? "";
  return value.length - last.length >= at && value.endsWith(last);
}

/** Operations by their first tag, in the order of the document. */
function toGroups(entries: ReadonlyMap<Listed, OperationEntry>, document: Json): OperationGroup[] {
  const tags = toList(document["tags"]).map(toJson);
  const byTag = Map.groupBy(entries, ([{ own, path }]) => {
    const group = toText(toJson(own["x-mcp"])["group"]) ?? toText(toList(own["tags"])[0]);
    return group?.trim() || (path.split("/").find((part) => /^[a-z]/i.test(part)) ?? "api");
  });
  const groups = new Map<string, OperationGroup>();
  for (const [tag, members] of byTag) {
    const name = toWords(tag).join("-").slice(0, 60) || "api";
    const before = groups.get(name);
    const described = tags.find((one) => one["name"] === tag);
    const words = toPlain(described?.["description"], 160);
    groups.set(name, {
      name,
      title: before?.title ?? (toPlain(tag, 60) || name),
      description: before?.description ?? (words || `Operations of ${toPlain(tag, 60) || name}.`),
      operations: [...(before?.operations ?? []), ...members.map(([, entry]) => entry)],
    });
  }
  return [...groups.values()];
}

function toMode(options: PlanOptions, root: Json, listing: Listing): ApiData["mode"] {
  const wished = options.mode === "auto" ? root["mode"] : options.mode;
  if (wished === "tools" || wished === "search") return wished;
  return listing.leastTokens > options.maxTokens ? "search" : "tools";
}

/** Searching has a `fields` of its own. */
function withoutFields(group: OperationGroup): OperationGroup {
  const operations = group.operations.map((entry) => {
    const { fields, ...rest } = entry;
    if (fields === undefined) return entry;
    const { [fields]: _, ...properties } = toJson(entry.input["properties"]);
    return { ...rest, input: { ...entry.input, properties } };
  });
  return { ...group, operations };
}

function toUsed(schemes: Common["schemes"], entries: ReadonlyMap<Listed, OperationEntry>) {
  const used = new Set(
    [...entries.values()].flatMap(({ operation }) =>
      (operation.security ?? []).flatMap(Object.keys),
    ),
  );
  return Object.fromEntries(Object.entries(schemes).filter(([name]) => used.has(name)));
}

/** Of these, in the order of their names. */
function pick<T>(all: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> {
  const picked = Object.entries(all).filter(([name]) => names.has(name));
  return Object.fromEntries(picked.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toLock(entries: ReadonlyMap<Listed, OperationEntry>): NameLock {
  const names = [...entries].map(([one, { name }]) => {
    return [toKey(one), { name, ...(one.id !== undefined && { id: one.id }) }] as const;
  });
  return Object.fromEntries(names.sort(([a], [b]) => (a < b ? -1 : 1)));
}
