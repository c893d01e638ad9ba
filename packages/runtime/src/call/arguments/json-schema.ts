import type { JsonSchema } from "@fairlead/define";
import type { ErrorObject } from "ajv";
import type { Check } from "./check.ts";

export type RawValidator = (schema: JsonSchema) => Check;

const draft7 = "http://json-schema.org/draft-07/schema";

/**
 * Loads the validator of raw JSON Schemas: 2020-12, and draft-07 where `$schema` says so. Loaded
 * only by servers that have such schemas; it never fetches a `$ref`.
 */
export async function loadRawValidator(): Promise<RawValidator> {
  const [{ Ajv2020 }, { Ajv }] = await Promise.all([import("ajv/dist/2020.js"), import("ajv")]);
  const options = {
    strict: false,
    allErrors: true,
    validateFormats: false,
    logger: false,
    verbose: true,
    // Most schemas check few values, which a quarter of the time to compile them is worth.
    code: { optimize: false },
    inlineRefs: false,
  } as const;
  const toAjv = (schema: JsonSchema, more: { readonly addUsedSchema: boolean }) => {
    const own = { ...options, ...more };
    const isDraft7 = String(schema["$schema"] ?? "").replace(/#$/, "") === draft7;
    return isDraft7 ? new Ajv(own) : new Ajv2020(own);
  };
  // To compile the schema of schemas takes longer than most schemas do.
  const shared = new Map<unknown, ReturnType<typeof toAjv>>();
  return (schema) => {
    const dialect = schema["$schema"];
    // Ids would meet those of other schemas, and "#" is found only among the schemas ajv keeps.
    const alone = /"\$id"|"\$ref":"#\/?"/.test(JSON.stringify(schema));
    const ajv =
      (alone ? undefined : shared.get(dialect)) ?? toAjv(schema, { addUsedSchema: alone });
    if (!alone) shared.set(dialect, ajv);
    const validate = ajv.compile(schema);
    return (value) =>
      validate(value) ? { value } : { problems: (validate.errors ?? []).map(toProblem) };
  };
}

function toProblem({ instancePath, keyword, message, params, parentSchema }: ErrorObject): string {
  const where = instancePath.slice(1).replaceAll("/", ".");
  if (keyword === "additionalProperties") {
    const expected = Object.keys(parentSchema?.["properties"] ?? {}).join(", ") || "none";
    return `Unknown argument ${JSON.stringify(String(params["additionalProperty"]))}${where && ` in ${where}`}. Expected: ${expected}.`;
  }
  const values = keyword === "enum" ? toList(params["allowedValues"]) : "";
  const what = values === "" ? (message ?? keyword) : `must be one of ${values}`;
  return where === "" ? what : `${where}: ${what}`;
}

/** The values there are to choose from; a long list says less than the first of it. */
function toList(values: unknown): string {
  const all = Array.isArray(values) ? values : [];
  const shown = all.slice(0, 20).map((value) => JSON.stringify(value));
  return `${shown.join(", ")}${all.length > shown.length ? ", ..." : ""}`;
}
