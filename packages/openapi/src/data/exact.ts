import type { JsonSchema } from "@fairlead/runtime";
import type { Arguments } from "../request/operation.ts";
import { toMarked } from "../values/digits.ts";
import { ArgumentError } from "../values/errors.ts";
import { mapSchemas, SchemaReader } from "./schema-walk.ts";
import { isMultiple } from "./steps.ts";

/** Digits a number loses as JSON; shorter texts become numbers where arguments are read leniently. */
const longInteger = "^-?\\d{16,}$";
const longNumber = "^-?(?:\\d{16,}|(?=[\\d.]{17})\\d+\\.\\d+)$";
/** The same for what lists show as a number or a text. */
const anyInteger = "^-?\\d+$";
const patterns: readonly unknown[] = [longInteger, longNumber, anyInteger];

/** A `multipleOf` that validators would divide by, and so see no multiple where there is one. */
const stepKey = "x-step";

const wideFormats: readonly unknown[] = ["int64", "uint64"];
const textFormats: readonly unknown[] = [...wideFormats, "decimal"];
const words = "Over 15 digits as text.";

/** Where a value has got to, and its schemas. */
interface Place {
  readonly path: string;
  readonly schemas: readonly JsonSchema[];
}

/**
 * The schema that arguments are checked by: it takes numbers by their digits too, since clients send JSON
 * numbers, which keep 15 of them. A `multipleOf` such as 0.01 is left to `toExact`.
 */
export function toChecked(input: JsonSchema): JsonSchema {
  return mapSchemas(input, (schema) => widen(withoutFractions(schema)));
}

/** The schema that lists are made from: a 64-bit integer is a number or its digits. */
export function toShown(input: JsonSchema): JsonSchema {
  return mapSchemas(input, (schema) => {
    if (!isWide(schema)) return schema;
    const { format: _, description, ...rest } = schema;
    const text = typeof description === "string" ? `${description} ${words}` : words;
    return { ...rest, type: [...toTypes(schema), "string"], description: text };
  });
}

/**
 * The arguments with every number that was given by its digits as that number. Throws ArgumentError for a
 * number that has lost some on its way.
 */
export function toExact(args: Arguments, checked: JsonSchema): Arguments {
  const reader = new SchemaReader(checked);
  const read = Object.entries(args).map(([name, value]) => {
    const schemas = reader.member([checked], name);
    return [name, readValue(value, { path: name, schemas }, reader)] as const;
  });
  return Object.fromEntries(read);
}

/** Arguments nested deeper than this are sent as they are, so that no reading runs out of stack. */
const deepest = 256;

function readValue(value: unknown, at: Place, reader: SchemaReader, depth = 0): unknown {
  if (typeof value === "number") return readNumber(value, reader.flatten(at.schemas), at.path);
  if (typeof value === "string") return readText(value, reader.flatten(at.schemas));
  if (typeof value !== "object" || value === null || depth > deepest) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => {
      const place = { path: `${at.path}.${index}`, schemas: reader.item(at.schemas, index) };
      return readValue(item, place, reader, depth + 1);
    });
  }
  const entries = Object.entries(value).map(([name, item]) => {
    const place = { path: `${at.path}.${name}`, schemas: reader.member(at.schemas, name) };
    return [name, readValue(item, place, reader, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

function readNumber(value: number, schemas: readonly JsonSchema[], path: string): unknown {
  if (isRounded(value)) {
    throw new ArgumentError(
      `${path}: ${value} has more digits than a JSON number keeps, so that some may be others than were meant.`,
      'Give all of its digits as text, such as "1917043659912705296".',
    );
  }
  const steps = schemas.map((schema) => schema[stepKey]).filter((step) => typeof step === "number");
  const [step] = steps;
  // Of several alternatives the value need not be of the one with a step.
  if (step !== undefined && schemas.length === 1 && !isMultiple(value, step)) {
    throw new ArgumentError(`${path}: must be a multiple of ${step}.`, "Round it.");
  }
  const isText = schemas.some(
    ({ type, format, pattern }) =>
      toTypes({ type }).includes("string") &&
      textFormats.includes(format) &&
      !patterns.includes(pattern),
  );
  return isText ? String(value) : value;
}

function readText(value: string, schemas: readonly JsonSchema[]): unknown {
  const numeric = schemas.filter(({ pattern }) => patterns.includes(pattern));
  // Where a text may stand as well it is meant as it is.
  const isText = schemas.some(
    (schema) => toTypes(schema).includes("string") && !patterns.includes(schema["pattern"]),
  );
  if (isText || !numeric.some(({ pattern }) => new RegExp(String(pattern)).test(value))) {
    return value;
  }
  const digits = value.replace(/^(-?)0+(?=\d)/, "$1");
  return String(Number(digits)) === digits ? Number(digits) : toMarked(digits);
}

/** Whether a number may have been another one before it was read as JSON. */
function isRounded(value: number): boolean {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return false;
  // What JavaScript writes with an exponent was given with one.
  return /^\d{15,}[1-9]0*$/.test(String(Math.abs(value)));
}

function widen(schema: JsonSchema): JsonSchema {
  const types = toTypes(schema);
  if (isTextOfNumber(schema)) {
    return { ...schema, type: [...types, schema["format"] === "decimal" ? "number" : "integer"] };
  }
  const isNumeric = types.includes("integer") || types.includes("number");
  const isFixed = "enum" in schema || "const" in schema || "pattern" in schema;
  if (!isNumeric || isFixed || types.includes("string")) return schema;
  const pattern = isWide(schema) ? anyInteger : types.includes("number") ? longNumber : longInteger;
  return { ...schema, type: [...types, "string"], pattern };
}

function withoutFractions(schema: JsonSchema): JsonSchema {
  const { multipleOf: step, ...rest } = schema;
  return step === undefined || Number.isInteger(step) ? schema : { ...rest, [stepKey]: step };
}

/** An integer whose values need not fit a JSON number. */
function isWide(schema: JsonSchema): boolean {
  const { format, maximum, enum: values } = schema;
  const isSmall = typeof maximum === "number" && Number.isSafeInteger(maximum);
  const types = toTypes(schema);
  const isInteger = types.includes("integer") && !types.includes("string");
  return isInteger && wideFormats.includes(format) && !isSmall && values === undefined;
}

/** A text that holds a number, which is often given as one. */
function isTextOfNumber(schema: JsonSchema): boolean {
  const types = toTypes(schema);
  const isAlone = types.includes("string") && !types.includes("integer");
  return isAlone && textFormats.includes(schema["format"]) && !("enum" in schema);
}

function toTypes({ type }: JsonSchema): readonly unknown[] {
  return Array.isArray(type) ? type : type === undefined ? [] : [type];
}
