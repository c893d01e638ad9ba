import { toRecord } from "@fairlead/guard/record";
import { z } from "zod";
import { toProblems } from "../arguments/arguments.ts";
import { LenientReader } from "../arguments/lenient.ts";

type Json = Readonly<Record<string, unknown>>;

const forms = new WeakMap<z.ZodObject, Json>();

/**
 * The `requestedSchema` of a form, made once; throws TypeError for a form that no client could show, or
 * that may not be asked.
 */
export function toForm(schema: z.ZodObject): Json {
  let form = forms.get(schema);
  if (form === undefined) {
    form = makeForm(schema);
    forms.set(schema, form);
  }
  return form;
}

/**
 * What a person filled in, as the schema makes it. What the schema refuses is read leniently, as
 * arguments are: it comes from the same hosts.
 */
export function readContent<S extends z.ZodObject>(
  schema: S,
  content: unknown,
): { readonly value: z.output<S> } | { readonly problems: readonly string[] } {
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data };
  const read = new LenientReader(toForm(schema)).read(content);
  const again = schema.safeParse(read);
  return again.success ? { value: again.data } : { problems: toProblems(again.error, read) };
}

function makeForm(schema: z.ZodObject): Json {
  const { properties, required } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const fields = Object.entries(toRecord(properties)).map(([name, field]) => {
    const known = toField(name, toRecord(field));
    if ("type" in known && known["type"] === "string" && !("enum" in known || "oneOf" in known)) {
      assertNoSecret(name, known["title"]);
    }
    return [name, known] as const;
  });
  return {
    type: "object",
    properties: Object.fromEntries(fields),
    ...(required !== undefined && required.length > 0 && { required }),
  };
}

/**
 * A field in the few words that a form has (2025-11-25 and 2026-07-28 client/elicitation, "Requested
 * Schema"). What else the schema wants is checked when the answer is there.
 */
function toField(name: string, field: Json): Json {
  const { title, description, type } = field;
  const facts = { title, description, default: field["default"] };
  const choices = toChoices(field);
  if (choices !== undefined) {
    return compact({ type: "string", ...facts, ...choices.single, enumNames: field["enumNames"] });
  }
  if (type === "boolean") return compact({ type, ...facts });
  if (type === "number" || type === "integer") {
    const { minimum, maximum } = field;
    // zod bounds every integer by what a double can hold, which is not worth saying.
    return compact({ type, ...facts, minimum: toBound(minimum), maximum: toBound(maximum) });
  }
  if (type === "string") {
    const { minLength, maxLength, format } = field;
    return compact({ type, ...facts, minLength, maxLength, format: toFormat(format) });
  }
  const many = type === "array" ? toChoices(toRecord(field["items"])) : undefined;
  if (many !== undefined) {
    const { minItems, maxItems } = field;
    return compact({ type, ...facts, minItems, maxItems, items: many.item });
  }
  throw new TypeError(
    `A form cannot ask for "${name}": its fields are strings, numbers, booleans, choices of strings and lists of such choices.`,
  );
}

/** The strings to choose from, as a field of their own and as the items of a list. */
function toChoices(schema: Json): { readonly single: Json; readonly item: Json } | undefined {
  const { anyOf, oneOf } = schema;
  const branches = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : [schema];
  const values = branches.flatMap((branch: unknown) => {
    const { const: only, enum: many, title } = toRecord(branch);
    if (Array.isArray(many)) return many.map((value: unknown) => ({ const: value, title: value }));
    return only === undefined ? [undefined] : [{ const: only, title: title ?? only }];
  });
  if (values.length === 0 || !values.every((value) => typeof value?.const === "string")) {
    return undefined;
  }
  if (branches.length === 1) {
    const untitled = { enum: values.map((value) => value?.const) };
    return { single: untitled, item: { type: "string", ...untitled } };
  }
  return { single: { oneOf: values }, item: { anyOf: values } };
}

const formats = ["email", "uri", "date", "date-time"];

function toFormat(format: unknown): unknown {
  return formats.find((known) => known === format);
}

function toBound(bound: unknown): unknown {
  return Math.abs(Number(bound)) === Number.MAX_SAFE_INTEGER ? undefined : bound;
}

const secretWords =
  /\b(?:password|passwd|pwd|passphrase|passcode|secret|token|credentials?|cvv|cvc|(?:api|access|private|secret|signing) ?key|apikey|card ?number|pin ?code)\b/;

/**
 * Secrets may not be asked for in a form, which the client and its log see (2026-07-28
 * client/elicitation, "User Interaction Model": MUST NOT).
 */
function assertNoSecret(name: string, title: unknown): void {
  for (const words of [name, typeof title === "string" ? title : ""]) {
    const plain = words
      .replace(/([a-z\d])([A-Z])/g, "$1 $2")
      .replace(/[^A-Za-z\d]+/g, " ")
      .toLowerCase();
    if (!secretWords.test(plain)) continue;
    throw new TypeError(
      `A form may not ask for "${name}", which reads like a secret: ask with elicitUrl for a page where it can be entered.`,
    );
  }
}

function compact(values: Json): Json {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
