import type { Room } from "@fairlead/runtime/guard";
import type { ElementHandle, Page, SerializedAXNode } from "puppeteer-core";
import { BrowserError } from "./errors.ts";
import { type Clean, toLine } from "./text.ts";

export interface SnapshotOptions {
  /** Only what is below this element. */
  readonly root?: ElementHandle | undefined;
  /** Levels; all by default. */
  readonly depth?: number | undefined;
}

/** A page whose elements have names. */
export interface Named {
  readonly page: Page;
  readonly refs: Refs;
  readonly clean: Clean;
}

export interface SnapshotLine {
  readonly depth: number;
  readonly text: string;
}

const nameLimit = 200;
const mostLines = 50_000;
const refPattern = /^e\d+$/;

/** Says what a field holds as Chrome tells it for passwords: one bullet for each character. */
const bullets = /^[•●∙]+$/;

/** Facts of a node worth a word, in the order they are said. */
const flags = [
  "checked",
  "disabled",
  "expanded",
  "focused",
  "invalid",
  "modal",
  "pressed",
  "readonly",
  "required",
  "selected",
] as const;

/** What snapshots call the elements of one page: a ref keeps its meaning until the page is left. */
export class Refs {
  readonly #names = new Map<string, string>();
  readonly #nodes = new Map<string, SerializedAXNode>();
  #count = 0;

  /** The ref of a node; the same for the same element in every snapshot. */
  nameOf(node: SerializedAXNode): string {
    const key = toKey(node);
    const known = key === undefined ? undefined : this.#names.get(key);
    if (known === undefined) this.#count += 1;
    const name = known ?? `e${this.#count}`;
    if (key !== undefined) this.#names.set(key, name);
    this.#nodes.set(name, node);
    return name;
  }

  async resolve(ref: string): Promise<ElementHandle> {
    const handle = await this.#nodes
      .get(ref)
      ?.elementHandle()
      .catch(() => null);
    if (handle) return handle;
    throw new BrowserError(
      `There is no ${ref} on this page now.`,
      "Take a new puppeteer_snapshot: refs end when the page changes.",
    );
  }

  clear(): void {
    this.#names.clear();
    this.#nodes.clear();
  }
}

export function isRef(selector: string): boolean {
  return refPattern.test(selector);
}

/** A page as a screen reader has it, one line a node. */
export async function takeSnapshot(
  { page, refs, clean }: Named,
  { root, depth = Number.POSITIVE_INFINITY }: SnapshotOptions = {},
): Promise<SnapshotLine[]> {
  const tree = await page.accessibility.snapshot({
    includeIframes: true,
    ...(root && { root, interestingOnly: false }),
  });
  const lines: SnapshotLine[] = [];
  const waiting = tree === null ? [] : [{ node: tree, depth: 0, parent: "" }];
  // A stack and not recursion: a page may be nested deeper than ours goes.
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, parent } = next;
    const text = describeNode(node, refs, clean, parent);
    const hidden = text === undefined;
    if (!hidden) lines.push({ depth: next.depth, text });
    if (lines.length >= mostLines) break;
    const below = next.depth + (hidden ? 0 : 1);
    if (below > depth) continue;
    const children = (node.children ?? []).map((child) => ({
      node: child,
      depth: below,
      parent: hidden ? parent : (node.name ?? ""),
    }));
    waiting.push(...children.reverse());
  }
  return lines;
}

/** The lines as one text of at most `limit` characters, cut between lines. */
export function formatSnapshot(lines: readonly SnapshotLine[], limit: number, room: Room): string {
  const shown: string[] = [];
  let size = 0;
  for (const { depth, text } of lines) {
    const line = `${"  ".repeat(Math.min(depth, 40))}- ${text}`;
    size += line.length + 1;
    if (size > limit || !room.take(`${line}\n`)) {
      const rest = lines.length - shown.length;
      shown.push(`[Cut: ${rest} more lines. Ask for a ref, less depth or more max_chars.]`);
      break;
    }
    shown.push(line);
  }
  return shown.length === 0 ? "(the page is empty)" : shown.join("\n");
}

function describeNode(
  node: SerializedAXNode,
  refs: Refs,
  clean: Clean,
  parent: string,
): string | undefined {
  const name = toLine(clean(node.name ?? ""), nameLimit);
  if (node.role === "InlineTextBox" || node.role === "LineBreak") return undefined;
  if (node.role === "StaticText") {
    return name === "" || parent.trim() === (node.name ?? "").trim()
      ? undefined
      : `text ${quote(name)}`;
  }
  const idle = node.role === "generic" || node.role === "none" || node.role === "ListMarker";
  if (idle && name === "" && node.value === undefined) return undefined;
  const words = [node.role === "RootWebArea" ? "page" : node.role];
  if (name !== "") words.push(quote(name));
  if (node.value !== undefined) words.push(`value=${quote(toValue(clean(String(node.value))))}`);
  if (node.level !== undefined) words.push(`level=${node.level}`);
  for (const flag of flags) {
    const value = node[flag];
    if (value === undefined || value === false || value === "false") continue;
    words.push(value === true ? flag : `${flag}=${value}`);
  }
  if (node.role === "link" && node.url !== undefined)
    words.push(`url=${toLine(clean(node.url), nameLimit)}`);
  return `${words.join(" ")} [${refs.nameOf(node)}]`;
}

function toValue(value: string): string {
  return bullets.test(value) ? "•••" : toLine(value, nameLimit);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** What tells an element from all others; puppeteer has it, and does not say so in its types. */
function toKey(node: SerializedAXNode): string | undefined {
  if (!("backendNodeId" in node) || !("loaderId" in node)) return undefined;
  return `${String(node.loaderId)} ${String(node.backendNodeId)}`;
}
