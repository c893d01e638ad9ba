import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Effect, JsonSchema } from "@fairlead/runtime";
import type { Operation } from "../request/operation.ts";
import {
  type ApiData,
  type ApiFacts,
  listOperations,
  type OperationEntry,
  type OperationGroup,
  type Words,
} from "./data.ts";
import { toFacts } from "./facts.ts";
import { toWords } from "./words.ts";

/** An API without what a server reads from files when it is asked for it. */
export interface ApiHead extends Omit<ApiData, "groups" | "schemas" | "facts" | "words"> {
  readonly groups: readonly Omit<OperationGroup, "operations">[];
  readonly facts: ApiFacts;
}

/** What is read at the first search: enough to find any operation, and where the rest of it is. */
interface Index {
  /** How many operations each group has; they follow one another. */
  readonly groups: readonly number[];
  /** What lists show of each operation. */
  readonly names: readonly string[];
  readonly titles: readonly string[];
  readonly effects: readonly Effect[];
  readonly schemas: readonly string[];
  /** Bytes of the line of each operation, then of each schema. */
  readonly bytes: readonly number[];
  readonly words: Words;
}

const indexFile = "index.json";
const linesFile = "operations.jsonl";

/** Takes an API apart: a head to import, and files for `openApi` by their names. */
export function toStoredApi(data: ApiData) {
  const { groups, schemas, ...rest } = data;
  const entries = listOperations(data);
  const lines = [...entries, ...Object.values(schemas)].map((one) => JSON.stringify(one));
  const index: Index = {
    groups: groups.map(({ operations }) => operations.length),
    names: entries.map(({ name }) => name),
    titles: entries.map(({ title }) => title),
    effects: entries.map(({ effect }) => effect),
    schemas: Object.keys(schemas),
    bytes: lines.map((line) => Buffer.byteLength(line)),
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
        return get().groups[number] ?? [];
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
  const lines = new Lines(new URL(linesFile, directory), index.bytes);
  let first = 0;
  const groups = index.groups.map((count) => {
    const operations: OperationEntry[] = [];
    for (const end = first + count; first < end; first += 1) {
      operations.push(new StoredOperation(index, first, lines));
    }
    return operations;
  });
  const schemas: Record<string, unknown> = {};
  for (const [at, name] of index.schemas.entries()) {
    const get = () => lines.read(index.names.length + at);
    Object.defineProperty(schemas, name, { enumerable: true, get });
  }
  return { groups, schemas, words: index.words };
}

/** A file of JSON texts, one a line, each read where it is. */
class Lines {
  readonly #path: string;
  readonly #bytes: readonly number[];
  readonly #starts: Float64Array;

  constructor(url: URL, bytes: readonly number[]) {
    this.#path = fileURLToPath(url);
    this.#bytes = bytes;
    this.#starts = new Float64Array(bytes.length);
    let start = 0;
    for (const [at, length] of bytes.entries()) {
      this.#starts[at] = start;
      start += length + 1;
    }
  }

  read(at: number) {
    const length = this.#bytes[at] ?? 0;
    const buffer = Buffer.allocUnsafe(length);
    const file = openSync(this.#path, "r");
    try {
      if (readSync(file, buffer, 0, length, this.#starts[at] ?? 0) < length) {
        throw new Error(`${this.#path} is cut short. Run openapi-to-mcp update.`);
      }
    } finally {
      closeSync(file);
    }
    return JSON.parse(buffer.toString());
  }
}

class StoredOperation implements OperationEntry {
  readonly name: string;
  readonly title: string;
  readonly effect: Effect;
  readonly #lines: Lines;
  readonly #at: number;

  constructor({ names, titles, effects }: Index, at: number, lines: Lines) {
    this.name = names[at] ?? "";
    this.title = titles[at] ?? "";
    this.effect = effects[at] ?? "destroy";
    this.#lines = lines;
    this.#at = at;
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
    return this.#lines.read(this.#at);
  }
}
