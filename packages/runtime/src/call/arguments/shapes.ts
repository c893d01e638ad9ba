import type { JsonSchema } from "@fairlead/define";
import { type Kind, toKind } from "./readings.ts";

const everyKind: readonly Kind[] = [
  ...(["string", "whole", "fraction", "boolean", "null", "array", "object"] as const),
];

const kindsOfType: ReadonlyMap<unknown, readonly Kind[]> = new Map([
  ["string", ["string"]],
  ["integer", ["whole"]],
  ["number", ["whole", "fraction"]],
  ["boolean", ["boolean"]],
  ["null", ["null"]],
  ["array", ["array"]],
  ["object", ["object"]],
]);

/**
 * What one JSON Schema document says for certain of each place of a value. It says less than a
 * validator knows and never more: what it does not understand allows everything.
 */
export class Shapes {
  readonly #root: JsonSchema;
  readonly #known = new Map<unknown, Shape>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  get top(): Shape {
    return this.of(this.#root);
  }

  of(schema: unknown): Shape {
    const known = this.#known.get(schema);
    if (known) return known;
    const shape = new Shape(this, this.#flatten(schema));
    this.#known.set(schema, shape);
    return shape;
  }

  /** The shape of a place that several schemas describe. */
  ofAll(schemas: readonly unknown[]): Shape {
    const [only, ...others] = schemas;
    return others.length === 0 ? this.of(only) : new Shape(this, this.#flatten({ allOf: schemas }));
  }

  /** The schemas that all hold where this one does: itself, what it refers to and its `allOf`. */
  #flatten(schema: unknown, into = new Set<unknown>()): ReadonlySet<unknown> {
    if (into.has(schema)) return into;
    into.add(schema);
    if (!isSchema(schema)) return into;
    const { $ref: reference, allOf } = schema;
    if (typeof reference === "string") this.#flatten(this.#find(reference), into);
    for (const part of toList(allOf)) this.#flatten(part, into);
    return into;
  }

  /** What a `$ref` within the document points to; true, which allows everything, for any other. */
  #find(reference: string): unknown {
    if (reference !== "#" && !reference.startsWith("#/")) return true;
    const found = reference
      .split("/")
      .slice(1)
      .map((part) => decodePointer(part))
      .reduce<unknown>((at, key) => ownValue(at, key), this.#root);
    return found ?? true;
  }
}

/** What is certain of one place of a value. */
export class Shape {
  readonly #shapes: Shapes;
  readonly #parts: ReadonlySet<unknown>;
  #kinds: ReadonlySet<Kind> | undefined;
  #members: Members | undefined;
  #items: Items | undefined;

  constructor(shapes: Shapes, parts: ReadonlySet<unknown>) {
    this.#shapes = shapes;
    this.#parts = parts;
  }

  /** The kinds of value that may stand here; none where nothing may. */
  get kinds(): ReadonlySet<Kind> {
    if (this.#kinds === undefined) {
      // A choice among itself says nothing of itself.
      this.#kinds = new Set(everyKind);
      const limits = [...this.#parts].flatMap((part) => [
        ...findLimits(part),
        ...toChoices(part).map((branches) =>
          branches.flatMap((branch) => [...this.#shapes.of(branch).kinds]),
        ),
      ]);
      const allowed = everyKind.filter((kind) => limits.every((limit) => limit.includes(kind)));
      this.#kinds = new Set(allowed);
    }
    return this.#kinds;
  }

  /** What is certain of the members of an object that stands here. */
  get members(): Members {
    this.#members ??= new Members(this.#shapes, [...this.#gather("object")].filter(isSchema));
    return this.#members;
  }

  /** What is certain of the items of an array that stands here. */
  get items(): Items {
    this.#items ??= new Items(this.#shapes, [...this.#gather("array")].filter(isSchema));
    return this.#items;
  }

  /** The parts that hold for a value of this kind: of a choice, the one branch that takes it. */
  #gather(kind: Kind, into = new Set<unknown>()): ReadonlySet<unknown> {
    for (const part of this.#parts) {
      if (into.has(part)) continue;
      into.add(part);
      for (const branches of toChoices(part)) {
        const fitting = branches
          .map((branch) => this.#shapes.of(branch))
          .filter(({ kinds }) => kinds.has(kind));
        const [only, ...others] = fitting;
        if (only && others.length === 0) only.#gather(kind, into);
      }
    }
    return into;
  }
}

/** The members of an object. */
export class Members {
  readonly #shapes: Shapes;
  readonly #parts: readonly JsonSchema[];
  readonly #patterns: ReadonlyMap<string, RegExp>;
  readonly #required: ReadonlySet<unknown>;
  readonly #named = new Map<string, Shape>();
  /** Members that no schema names are refused. */
  readonly closed: boolean;

  constructor(shapes: Shapes, parts: readonly JsonSchema[]) {
    this.#shapes = shapes;
    this.#parts = parts;
    this.#required = new Set(parts.flatMap((part) => toList(part["required"])));
    const patterns = parts.flatMap((part) => Object.keys(toRecord(part["patternProperties"])));
    this.#patterns = new Map(patterns.map((pattern) => [pattern, new RegExp(pattern, "u")]));
    this.closed = parts.some(
      (part) => part["additionalProperties"] === false || part["unevaluatedProperties"] === false,
    );
  }

  /** What is certain of the member of this name; undefined where that is nothing. */
  get(name: string): Shape | undefined {
    const known = this.#named.get(name);
    if (known) return known;
    const schemas = this.#parts.flatMap((part) => {
      const named = this.#naming(part, name);
      return named.length > 0 ? named : toList(part["additionalProperties"]).filter(isSchema);
    });
    if (schemas.length === 0) return undefined;
    const shape = this.#shapes.ofAll(schemas);
    // Only names of the schema are kept: a client could send any number of others.
    if (this.#parts.some((part) => ownValue(part["properties"], name) !== undefined)) {
      this.#named.set(name, shape);
    }
    return shape;
  }

  /** Whether a schema knows the name, by itself or by a pattern. */
  has(name: string): boolean {
    return this.#parts.some((part) => this.#naming(part, name).length > 0);
  }

  /** Whether the member is one of those with a name and may be left out. */
  isOptional(name: string): boolean {
    if (this.#required.has(name)) return false;
    return this.#parts.some((part) => ownValue(part["properties"], name) !== undefined);
  }

  #naming(part: JsonSchema, name: string): readonly unknown[] {
    const own = ownValue(part["properties"], name);
    const matching = Object.entries(toRecord(part["patternProperties"])).flatMap(
      ([pattern, schema]) => (this.#patterns.get(pattern)?.test(name) ? [schema] : []),
    );
    return own === undefined ? matching : [own, ...matching];
  }
}

/** The items of an array. */
export class Items {
  readonly #shapes: Shapes;
  readonly #parts: readonly JsonSchema[];
  readonly #first: readonly (Shape | undefined)[];
  readonly #rest: Shape | undefined;

  constructor(shapes: Shapes, parts: readonly JsonSchema[]) {
    this.#shapes = shapes;
    this.#parts = parts;
    // Beyond the longest list of first items they are all alike.
    const length = Math.max(0, ...parts.map((part) => toTuple(part).length));
    this.#first = Array.from({ length }, (_, index) => this.#find(index));
    this.#rest = this.#find(length);
  }

  /** What is certain of the item at this index; undefined where that is nothing. */
  at(index: number): Shape | undefined {
    return index < this.#first.length ? this.#first[index] : this.#rest;
  }

  #find(index: number): Shape | undefined {
    const schemas = this.#parts.flatMap((part) => {
      const tuple = toTuple(part);
      if (index < tuple.length) return [tuple[index]];
      // Draft-07 has the first items in `items` and those after them in `additionalItems`.
      const rest = Array.isArray(part["items"]) ? part["additionalItems"] : part["items"];
      return isSchema(rest) ? [rest] : [];
    });
    return schemas.length === 0 ? undefined : this.#shapes.ofAll(schemas);
  }
}

function toTuple({ prefixItems, items }: JsonSchema): readonly unknown[] {
  if (Array.isArray(prefixItems)) return prefixItems;
  return Array.isArray(items) ? items : [];
}

/** The kinds each keyword of one schema leaves. */
function findLimits(schema: unknown): readonly (readonly Kind[])[] {
  if (schema === false) return [[]];
  if (!isSchema(schema)) return [];
  const limits: (readonly Kind[])[] = [];
  if (schema["type"] !== undefined) {
    const types = toList(schema["type"]);
    const nullable: readonly Kind[] = schema["nullable"] === true ? ["null"] : [];
    limits.push([...types.flatMap((type) => kindsOfType.get(type) ?? everyKind), ...nullable]);
  }
  if (Array.isArray(schema["enum"])) limits.push(schema["enum"].map(toKind));
  if ("const" in schema) limits.push([toKind(schema["const"])]);
  return limits;
}

/** The lists of branches one of which must hold. */
function toChoices(schema: unknown): readonly (readonly unknown[])[] {
  if (!isSchema(schema)) return [];
  return [schema["anyOf"], schema["oneOf"]].filter((branches) => Array.isArray(branches));
}

function toList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function toRecord(value: unknown): JsonSchema {
  return isSchema(value) ? value : {};
}

function ownValue(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isSchema(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A part of a JSON pointer in a URI fragment (RFC 6901, sections 4 and 6). */
function decodePointer(part: string): string {
  return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
