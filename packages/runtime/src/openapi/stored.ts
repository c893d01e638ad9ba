import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonSchema } from "../define/schema.ts";
import type { Effect } from "../define/tool.ts";
import type { Operation } from "../upstream/operation/operation.ts";
import { type ApiData, listOperations, type OperationEntry, type OperationGroup } from "./data.ts";
import { type ApiFacts, toFacts } from "./facts.ts";
import { toWords, type Words } from "./words.ts";

/** An API without what a server reads from files when it is asked for it. */
export interface ApiHead extends Omit<ApiData, "groups" | "schemas" | "facts" | "words"> {
  readonly groups: readonly Omit<OperationGroup, "operations">[];
  readonly facts: ApiFacts;
}

/** What is read at the first search: enough to find any operation, and where the rest of it is. */
interface Index {
  /** Bytes of its line, the number of its group, and what lists show. */
  readonly operations: readonly (readonly [
    bytes: number,
    group: number,
    name: string,
    title: string,
    effect: Effect,
  ])[];
  /** Their lines follow those of the operations. */
  readonly schemas: readonly (readonly [bytes: number, name: string])[];
  readonly words: Words;
}

const indexFile = "index.json";
const linesFile = "operations.jsonl";

/** Takes an API apart: a head to import, and files for `openApi` by their names. */
export function toStoredApi(data: ApiData) {
  const { groups, schemas, ...rest } = data;
  const numbers = groups.flatMap(({ operations }, group) => operations.map(() => group));
  const entries = listOperations(data);
  const lines = [...entries, ...Object.values(schemas)].map((one) => JSON.stringify(one));
  const bytes = lines.map((line) => Buffer.byteLength(line));
  const index: Index = {
    operations: entries.map(({ name, title, effect }, at) => [
      ...([bytes[at] ?? 0, numbers[at] ?? 0] as const),
      ...([name, title, effect] as const),
    ]),
    schemas: Object.keys(schemas).map((name, at) => [bytes[entries.length + at] ?? 0, name]),
    words: toWords(groups),
  };
  const head: ApiHead = {
    ...rest,
    groups: groups.map(({ operations: _, ...group }) => group),
    facts: toFacts(data),
  };
  const files = new Map([
    [indexFile, `${toAscii(JSON.stringify(index))}\n`],
    [linesFile, lines.map((line) => `${line}\n`).join("")],
  ]);
  return { head, files };
}

/** JSON without letters beyond ASCII, which is held in half the memory and parsed in half the time. */
function toAscii(json: string): string {
  return json.replace(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The API whose files are in a directory; each operation is read when it is used. */
export function openApi(head: ApiHead, directory: URL): ApiData {
  let opened: ReturnType<typeof open> | undefined;
  const get = () => {
    opened ??= open(directory);
    return opened;
  };
  return {
    ...head,
    groups: head.groups.map((group, number) => ({
      ...group,
      get operations() {
        return get().operations.get(number) ?? [];
      },
    })),
    get schemas() {
      return get().schemas;
    },
    get words() {
      return get().words;
    },
  };
}

function open(directory: URL) {
  const index: Index = JSON.parse(readFileSync(new URL(indexFile, directory), "latin1"));
  const lines = new Lines(new URL(linesFile, directory));
  const operations = new Map<number, OperationEntry[]>();
  let start = 0;
  for (const [bytes, group, ...shown] of index.operations) {
    const entry = new StoredOperation(shown, lines, { start, bytes });
    const others = operations.get(group);
    if (others === undefined) operations.set(group, [entry]);
    else others.push(entry);
    start += bytes + 1;
  }
  const schemas: Record<string, unknown> = {};
  for (const [bytes, name] of index.schemas) {
    const place = { start, bytes };
    Object.defineProperty(schemas, name, { enumerable: true, get: () => lines.read(place) });
    start += bytes + 1;
  }
  return { operations, schemas, words: index.words };
}

interface Place {
  readonly start: number;
  readonly bytes: number;
}

/** A file of JSON texts, each read where it is. */
class Lines {
  readonly #path: string;

  constructor(url: URL) {
    this.#path = fileURLToPath(url);
  }

  read({ start, bytes }: Place) {
    const file = openSync(this.#path, "r");
    try {
      const buffer = Buffer.allocUnsafe(bytes);
      if (readSync(file, buffer, 0, bytes, start) < bytes) {
        throw new Error(`${this.#path} is cut short. Run openapi-to-mcp update.`);
      }
      return JSON.parse(buffer.toString());
    } finally {
      closeSync(file);
    }
  }
}

class StoredOperation implements OperationEntry {
  readonly name: string;
  readonly title: string;
  readonly effect: Effect;
  readonly #lines: Lines;
  readonly #place: Place;

  constructor(
    [name, title, effect]: readonly [string, string, Effect],
    lines: Lines,
    place: Place,
  ) {
    this.name = name;
    this.title = title;
    this.effect = effect;
    this.#lines = lines;
    this.#place = place;
  }

  get description(): string {
    return this.#read().description;
  }

  get idempotent(): boolean | undefined {
    return this.#read().idempotent;
  }

  get input(): JsonSchema {
    return this.#read().input;
  }

  get references(): "keep" | undefined {
    return this.#read().references;
  }

  get fields(): string | undefined {
    return this.#read().fields;
  }

  get returns(): string | undefined {
    return this.#read().returns;
  }

  get operation(): Operation {
    return this.#read().operation;
  }

  /** All of it, as it was written down. */
  toJSON(): OperationEntry {
    return this.#read();
  }

  #read(): OperationEntry {
    return this.#lines.read(this.#place);
  }
}
