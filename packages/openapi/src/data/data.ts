import { toPortable } from "@fairlead/define/portable";
import type { Effect, JsonSchema } from "@fairlead/runtime";
import type { ApiEntry, Operation, ServerEntry, ServerVariable } from "../request/operation.ts";
import { toShown } from "./exact.ts";

/** An operation as a tool shows it. */
export interface OperationEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly effect: Effect;
  readonly idempotent?: boolean | undefined;
  /** The arguments; a `$ref` leads into the schemas all operations share. */
  readonly input: JsonSchema;
  /** `keep`: lists show its references as `$defs`, since written out they would be too long. */
  readonly references?: "keep" | undefined;
  /** The argument that chooses fields of the answer. */
  readonly fields?: string | undefined;
  /** The fields of the answer, in words. */
  readonly returns?: string | undefined;
  readonly operation: Operation;
}

/** Operations that belong together. */
export interface OperationGroup {
  readonly name: string;
  readonly title?: string;
  readonly description: string;
  readonly operations: readonly OperationEntry[];
}

/** What a server has to know of all operations together before it is asked for any of them. */
export interface ApiFacts {
  readonly operations: number;
  /** The least and the most that an operation does. */
  readonly least: Effect;
  readonly most: Effect;
  /** Servers that operations have of their own. */
  readonly servers: readonly ServerEntry[];
  /** The variables of those that are used. */
  readonly variables: Readonly<Record<string, ServerVariable>>;
  /** Some operation sends files. */
  readonly takesFiles: boolean;
  /** Some operation may answer with what is neither text nor a picture nor a sound. */
  readonly answersFiles: boolean;
}

/** What operations are found by: plain data, in the order of the operations. */
export interface Words {
  readonly paths: readonly string[];
  /**
   * Where each word stands: of each operation its number times 8 and the weight added to it, written
   * as the difference to the one before. A text is not parsed before somebody asks for the word.
   */
  readonly places: readonly (readonly [word: string, places: string])[];
}

/** An API as the generator writes it down: everything about its server but what people add. */
export interface ApiData extends ApiEntry {
  /** The server's name: lower case, in addresses and variables. */
  readonly name: string;
  readonly title: string;
  readonly instructions?: string;
  /** One tool for each operation, or three that search, describe and call all of them. */
  readonly mode: "tools" | "search";
  readonly groups: readonly OperationGroup[];
  /** Schemas that several inputs refer to as `#/$defs/<name>`. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** What all operations come to, where it takes long to read them all. */
  readonly facts?: ApiFacts;
  /** What operations are found by, where that was made beforehand. */
  readonly words?: Words;
}

/** All operations of an API, in their order. */
export function listOperations({ groups }: Pick<ApiData, "groups">): readonly OperationEntry[] {
  return groups.flatMap(({ operations }) => operations);
}

const prefix = "#/$defs/";

/** The arguments of an operation with the shared schemas they lead to, and no others. */
export function toInput(
  { input }: OperationEntry,
  { schemas }: Pick<ApiData, "schemas">,
): JsonSchema {
  const needed = new Set<string>();
  // No recursion: schemas may refer to each other in chains of any length.
  const open: unknown[] = [input];
  while (open.length > 0) {
    const at = open.pop();
    if (typeof at !== "object" || at === null) continue;
    for (const [key, member] of Object.entries(at)) {
      const name = key === "$ref" ? toName(member) : undefined;
      if (name === undefined) open.push(member);
      else if (!needed.has(name)) {
        needed.add(name);
        open.push(Object.hasOwn(schemas, name) ? schemas[name] : undefined);
      }
    }
  }
  if (needed.size === 0) return input;
  const used = [...needed].sort().map((name) => [name, schemas[name] ?? {}]);
  return { ...input, $defs: Object.fromEntries(used) };
}

/** How many schemas the arguments of one operation may come to where references are written out. */
const mostWritten = 2_000;

/**
 * The arguments of an operation as clients see them, in the subset of JSON Schema every provider takes.
 * They are checked against `toInput`. Throws TooManySchemas where references have to be kept.
 */
export function toListed(entry: OperationEntry, data: Pick<ApiData, "schemas">): JsonSchema {
  const input = toShown(toInput(entry, data));
  if (entry.references === "keep") return toPortable(input, { references: "keep" });
  return toPortable(input, { limit: mostWritten });
}

/** The shared schema a reference names; undefined for a property that happens to be called so. */
function toName(reference: unknown): string | undefined {
  if (typeof reference !== "string" || !reference.startsWith(prefix)) return undefined;
  return reference.slice(prefix.length).replaceAll("~1", "/").replaceAll("~0", "~");
}
