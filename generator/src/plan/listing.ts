import { TooManySchemas } from "@fairlead/define/portable";
import { type ApiData, type OperationEntry, toListed } from "@fairlead/openapi";
import { isJson } from "../json.ts";
import type { Closures } from "./schemas/closures.ts";

/** An operation as clients will see it, and what its tool costs in tokens of four characters. */
export interface Listed {
  readonly entry: OperationEntry;
  readonly tokens: number;
  /** It refers to `$defs`: to schemas that hold themselves, or to those that are too long. */
  readonly references?: "recursive" | "kept";
}

/** How many characters the arguments of one operation may have once references are written out. */
const longestWritten = 24_000;

interface Forms {
  readonly entry: OperationEntry;
  readonly kept: Listed;
  readonly written: Listed | undefined;
}

/**
 * Decides which operations have their references written out, as many hosts follow none: all that
 * get shorter by it, and of the others those that cost least for as long as `maxTokens` has room.
 * Recursion stays a reference, as nothing else can express it.
 */
export class Listing {
  readonly #forms: readonly Forms[];

  constructor(entries: Iterable<OperationEntry>, schemas: ApiData["schemas"], closures: Closures) {
    this.#forms = [...entries].map((entry) => toForms(entry, { schemas }, closures));
  }

  /** What a list of one tool for each operation costs at least. */
  get leastTokens(): number {
    const least = this.#forms.map(({ kept, written }) =>
      Math.min(kept.tokens, written?.tokens ?? Number.POSITIVE_INFINITY),
    );
    return least.reduce((sum, tokens) => sum + tokens, 0);
  }

  choose(maxTokens: number): Map<OperationEntry, Listed> {
    const chosen = new Map(this.#forms.map(({ entry, kept }) => [entry, kept]));
    let tokens = this.#forms.reduce((sum, { kept }) => sum + kept.tokens, 0);
    const growing = this.#forms
      .flatMap(({ entry, kept, written }) =>
        written === undefined ? [] : [{ entry, written, growth: written.tokens - kept.tokens }],
      )
      .sort((a, b) => a.growth - b.growth);
    for (const { entry, written, growth } of growing) {
      if (growth > 0 && tokens + growth > maxTokens) break;
      tokens += growth;
      chosen.set(entry, written);
    }
    return chosen;
  }
}

function toForms(entry: OperationEntry, data: Pick<ApiData, "schemas">, closures: Closures): Forms {
  const keeping: OperationEntry = { ...entry, references: "keep" };
  const size = closures.toSize(entry.input);
  // Thousands of operations may share thousands of schemas: what is far too long is not tried.
  if (size > longestWritten * 2) {
    const characters = JSON.stringify(entry.input).length + size;
    const kept = {
      entry: keeping,
      tokens: toTokens(characters, entry),
      references: "kept",
    } as const;
    return { entry, kept, written: undefined };
  }
  return { entry, kept: toCost(keeping, data), written: tryWritten(entry, data) };
}

function tryWritten(entry: OperationEntry, data: Pick<ApiData, "schemas">): Listed | undefined {
  try {
    const written = toCost(entry, data);
    return written.tokens * 4 <= longestWritten ? written : undefined;
  } catch (error) {
    if (error instanceof TooManySchemas) return undefined;
    throw error;
  }
}

function toCost(entry: OperationEntry, data: Pick<ApiData, "schemas">): Listed {
  const inputSchema = toListed(entry, data);
  const refers = isJson(inputSchema["$defs"]);
  return {
    entry,
    tokens: toTokens(JSON.stringify(inputSchema).length, entry),
    ...(refers && { references: entry.references === "keep" ? "kept" : "recursive" }),
  };
}

function toTokens(characters: number, { name, title, description }: OperationEntry): number {
  const words = JSON.stringify({ name, title, description }).length;
  // What annotations add to each tool.
  return Math.ceil((characters + words + 150) / 4);
}
