import { posix } from "node:path";
import { listImports, type Source } from "./source.ts";
import type { Violation } from "./violation.ts";

/** What a folder may hold at most, without its tests. */
export interface FolderRule {
  /** How the folder's path begins. */
  readonly under: string;
  readonly most: number;
}

/** What the sources in a folder may have in lines, without their tests and fixtures. */
export interface SizeRule {
  /** How the paths of its files begin. */
  readonly under: string;
  /** The number of lines it stays under. */
  readonly below: number;
  readonly advice: string;
}

export interface ShapeRules {
  /** The first rule that fits a folder holds for it. */
  readonly folders: readonly FolderRule[];
  /** Folders that may hold more, and why. */
  readonly larger: Readonly<Record<string, string>>;
  /** Folders at whose top so many rooms and arrows between them may be. */
  readonly tops: readonly {
    readonly under: RegExp;
    readonly rooms: number;
    readonly arrows: number;
  }[];
}

const isTest = (path: string) =>
  /\.(?:test|test-d|fixture)\.ts$|(?:^|\/)(?:test|fixture)\//.test(path);

/** Folders of code that hold more files than their rule allows, and exceptions that nothing needs. */
export function checkFolders(
  paths: readonly string[],
  { folders, larger }: ShapeRules,
): readonly Violation[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    if (!path.endsWith(".ts") || isTest(path)) continue;
    const folder = posix.dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const mostOf = (folder: string) =>
    folders.find(({ under }) => folder.startsWith(under))?.most ?? Number.POSITIVE_INFINITY;
  const crowded = [...counts].flatMap(([path, count]) => {
    if (count <= mostOf(path) || path in larger) return [];
    const message = `has ${count} files; ${mostOf(path)} is the most. Split it by meaning.`;
    return [{ path, line: 1, rule: "folders", message }];
  });
  const stale = Object.keys(larger).flatMap((path) => {
    if ((counts.get(path) ?? 0) > mostOf(path)) return [];
    return [
      { path, line: 1, rule: "folders", message: "needs no exception: take it out of the list." },
    ];
  });
  return [...crowded, ...stale];
}

/** Sources that have grown to as many lines as their rule says they never have. */
export function checkSizes(
  files: ReadonlyMap<string, string>,
  rules: readonly SizeRule[],
): readonly Violation[] {
  return rules.flatMap(({ under, below, advice }) => {
    const texts = [...files].filter(
      ([path]) => path.startsWith(under) && path.endsWith(".ts") && !isTest(path),
    );
    const lines = texts.reduce((sum, [, text]) => sum + text.trimEnd().split("\n").length, 0);
    if (lines < below) return [];
    const message = `has ${lines} lines without tests; it stays under ${below}. ${advice}`;
    return [{ path: under, line: 1, rule: "sizes", message }];
  });
}

/** Files that import each other in a circle, types included. */
export function checkCircles(sources: ReadonlyMap<string, Source>): readonly Violation[] {
  return findCircles(toGraph(sources)).map(toCircle("circles"));
}

/** At the tops of packages: rooms in a circle, and more rooms or arrows than allowed. */
export function checkTops(
  sources: ReadonlyMap<string, Source>,
  { tops }: ShapeRules,
): readonly Violation[] {
  const graph = toGraph(sources);
  const homes = new Set([...graph.keys()].flatMap((path) => /^.*?\/src(?=\/)/.exec(path) ?? []));
  return [...homes].flatMap((home) => {
    const rooms = toRooms(graph, home);
    const arrows = [...rooms.values()].reduce((sum, targets) => sum + targets.size, 0);
    const bounds = tops.find(({ under }) => under.test(home));
    const wide =
      bounds === undefined || (rooms.size <= bounds.rooms && arrows <= bounds.arrows)
        ? []
        : [
            `has ${rooms.size} rooms and ${arrows} arrows at its top; ${bounds.rooms} and ${bounds.arrows} are the most.`,
          ];
    return [
      ...wide.map((message) => ({ path: home, line: 1, rule: "tops", message })),
      ...findCircles(rooms).map((circle) =>
        toCircle("tops")(circle.map((room) => `${home}/${room}`)),
      ),
    ];
  });
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

function toCircle(rule: string) {
  return (circle: readonly string[]): Violation => {
    const [path = "", ...others] = [...circle].sort();
    return { path, line: 1, rule, message: `is in a circle with ${others.join(", ")}.` };
  };
}

/** Which files each file imports, as far as they are among the sources. Tests are left out. */
function toGraph(sources: ReadonlyMap<string, Source>): Graph {
  const files = [...sources].filter(([path]) => !isTest(path));
  const known = new Set(files.map(([path]) => path));
  return new Map(
    files.map(([path, source]) => {
      const targets = listImports(source).map(({ specifier }) =>
        posix.join(posix.dirname(path), specifier),
      );
      return [path, new Set(targets.filter((target) => known.has(target)))];
    }),
  );
}

/** The folders and files directly in a folder, and which of the others each of them imports. */
function toRooms(graph: Graph, home: string): Graph {
  const toRoom = (path: string) => path.slice(home.length + 1).split("/")[0] ?? "";
  const rooms = new Map<string, Set<string>>();
  for (const [path, targets] of graph) {
    if (!path.startsWith(`${home}/`)) continue;
    const room = toRoom(path);
    const reached = rooms.get(room) ?? new Set();
    rooms.set(room, reached);
    for (const target of targets) {
      if (target.startsWith(`${home}/`) && toRoom(target) !== room) reached.add(toRoom(target));
    }
  }
  return rooms;
}

/** Groups of nodes that reach each other: those of more than one node (Tarjan 1972). */
function findCircles(graph: Graph): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const numbers = new Map<string, number>();
  const lows = new Map<string, number>();
  const open: string[] = [];
  const visit = (node: string) => {
    numbers.set(node, numbers.size);
    let low = numbers.size - 1;
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!numbers.has(next)) visit(next);
      // A node whose circle is closed is no longer open.
      if (open.includes(next)) low = Math.min(low, lows.get(next) ?? numbers.get(next) ?? low);
    }
    lows.set(node, low);
    if (low !== numbers.get(node)) return;
    const circle = open.splice(open.indexOf(node));
    if (circle.length > 1) circles.push(circle);
  };
  for (const node of graph.keys()) if (!numbers.has(node)) visit(node);
  return circles;
}
