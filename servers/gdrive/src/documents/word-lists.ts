import { attributeOf, readXml } from "./xml.ts";

/** Where a paragraph stands in a list. */
export interface ListPlace {
  readonly list: string;
  readonly level: number;
}

interface Level {
  start: number;
  format: string;
  text: string;
}

/** The lists of a Word file: what each paragraph in one is numbered by, counted as they come. */
export interface Numbering {
  /** The place a style gives its paragraphs; undefined for none. */
  placeOf(style: string): ListPlace | undefined;
  /** The number or bullet of the next paragraph at a place; empty for none. */
  next(place: ListPlace): string;
}

const maxLevels = 9;

/** Reads the definitions of lists (ECMA-376 17.9), and which styles number their paragraphs. */
export function readNumbering(numbering: string, styles: string): Numbering {
  const kinds = new Map<string, Level[]>();
  const lists = new Map<string, { kind: string; readonly starts: Map<number, number> }>();
  let levels: Level[] = [];
  let list = { kind: "", starts: new Map<number, number>() };
  let level: Level | undefined;
  let overridden = 0;
  for (const { name, closes, attributes } of readXml(numbering)) {
    if (closes) {
      if (name === "lvl") level = undefined;
      continue;
    }
    const value = attributeOf(attributes, "val");
    if (name === "abstractNum") {
      levels = [];
      kinds.set(attributeOf(attributes, "abstractNumId"), levels);
    } else if (name === "num") {
      list = { kind: "", starts: new Map() };
      // Levels that a list defines anew are rare, and not read.
      levels = [];
      lists.set(attributeOf(attributes, "numId"), list);
    } else if (name === "abstractNumId") list.kind = value;
    else if (name === "lvlOverride") overridden = toLevel(attributeOf(attributes, "ilvl"));
    else if (name === "startOverride") list.starts.set(overridden, Number(value) || 0);
    else if (name === "lvl") {
      level = { start: 1, format: "decimal", text: "" };
      levels[toLevel(attributeOf(attributes, "ilvl"))] = level;
    } else if (level !== undefined) {
      if (name === "start") level.start = Number(value) || 0;
      else if (name === "numFmt") level.format = value;
      else if (name === "lvlText") level.text = value;
    }
  }
  const counts = new Map<string, number[]>();
  const begun = new Set<string>();
  const places = readStyles(styles);
  return {
    placeOf: (style) => places.get(style),
    next({ list: id, level: at }) {
      const found = lists.get(id);
      const own = kinds.get(found?.kind ?? "");
      if (found === undefined || own === undefined) return "";
      const count = counts.get(found.kind) ?? [];
      counts.set(found.kind, count);
      const start = found.starts.get(at);
      if (start !== undefined && !begun.has(`${id} ${at}`)) {
        begun.add(`${id} ${at}`);
        count[at] = start - 1;
      }
      for (let upper = 0; upper < at; upper += 1) count[upper] ??= own[upper]?.start ?? 1;
      count[at] = (count[at] ?? (own[at]?.start ?? 1) - 1) + 1;
      count.length = at + 1;
      return toLabel(own, at, count);
    },
  };
}

/** The number of a level, within the nine there are. */
export function toLevel(text: string): number {
  return Math.min(Math.max(Number(text) || 0, 0), maxLevels - 1);
}

function toLabel(levels: readonly Level[], at: number, count: readonly number[]): string {
  const level = levels[at];
  if (level === undefined || level.format === "none") return "";
  if (level.format === "bullet") return "•";
  return level.text.replace(/%([1-9])/g, (_, digit: string) => {
    const place = Number(digit) - 1;
    return toCount(count[place] ?? 1, levels[place]?.format ?? "decimal");
  });
}

const romans = [
  ...([["m", 1_000] as const, ["cm", 900] as const, ["d", 500] as const] as const),
  ...([["cd", 400] as const, ["c", 100] as const, ["xc", 90] as const] as const),
  ...([["l", 50] as const, ["xl", 40] as const, ["x", 10] as const] as const),
  ...([["ix", 9] as const, ["v", 5] as const, ["iv", 4] as const, ["i", 1] as const] as const),
];

function toCount(value: number, format: string): string {
  if (format === "decimalZero") return String(value).padStart(2, "0");
  if (value < 1 || value > 3_999) return String(value);
  if (/Letter$/.test(format)) {
    // After z come aa, bb and so on.
    const letter = String.fromCharCode(97 + ((value - 1) % 26)).repeat(Math.ceil(value / 26));
    return format === "upperLetter" ? letter.toUpperCase() : letter;
  }
  if (!/Roman$/.test(format)) return String(value);
  let rest = value;
  const signs = romans.map(([sign, worth]) => {
    const times = Math.floor(rest / worth);
    rest -= times * worth;
    return sign.repeat(times);
  });
  return format === "upperRoman" ? signs.join("").toUpperCase() : signs.join("");
}

/** The places in lists that styles give, also by the style they are based on. */
function readStyles(styles: string): ReadonlyMap<string, ListPlace> {
  const own = new Map<string, { base: string; list: string; level: string }>();
  let style = { base: "", list: "", level: "" };
  for (const { name, closes, attributes } of readXml(styles)) {
    if (closes) continue;
    const value = attributeOf(attributes, "val");
    if (name === "style") {
      style = { base: "", list: "", level: "" };
      own.set(attributeOf(attributes, "styleId"), style);
    } else if (name === "basedOn") style.base = value;
    else if (name === "numId") style.list = value;
    else if (name === "ilvl") style.level = value;
  }
  const places = new Map<string, ListPlace>();
  for (const id of own.keys()) {
    const chain = toChain(own, id);
    const list = chain.find((part) => part.list !== "")?.list ?? "0";
    const level = toLevel(chain.find((part) => part.level !== "")?.level ?? "");
    if (list !== "0") places.set(id, { list, level });
  }
  return places;
}

const maxChain = 20;

function toChain<S extends { readonly base: string }>(styles: ReadonlyMap<string, S>, id: string) {
  const chain: S[] = [];
  let next = styles.get(id);
  while (next !== undefined && chain.length < maxChain) {
    chain.push(next);
    next = styles.get(next.base);
  }
  return chain;
}
