import { type Fields, fieldsAt, isFields, listAt } from "../json.ts";

const everything = ["string", "number", "boolean", "object", "array"];

/** The places of a listed schema where a library offers a model less, or leaves out what it has to be. */
export function findChanged(listed: unknown, optional: unknown, path = ""): readonly string[] {
  const offered = toRequired(optional);
  const types = toTypes(listed);
  const offeredTypes = toTypes(offered);
  if (everything.some((type) => types.has(type) !== offeredTypes.has(type))) return [path];
  const kept = fieldsAt(offered, "properties");
  const changed = Object.entries(fieldsAt(listed, "properties")).flatMap(([name, schema]) => {
    return name in kept ? findChanged(schema, kept[name], `${path}.${name}`) : [`${path}.${name}`];
  });
  if (!isFields(listed) || !("items" in listed)) return changed;
  const items = isFields(offered) ? offered["items"] : undefined;
  return [...changed, ...findChanged(listed["items"], items, `${path}[]`)];
}

/** The one branch besides null by which strict conversion makes a parameter optional. */
function toRequired(schema: unknown): unknown {
  const branches = listAt(schema, "anyOf").filter(
    (branch) => !(isFields(branch) && branch["type"] === "null"),
  );
  return branches.length === 1 ? branches[0] : schema;
}

/** What a value may be by its schema; null apart, which strict conversion adds to what is optional. */
function toTypes(schema: unknown): ReadonlySet<unknown> {
  const branches = [...listAt(schema, "anyOf"), ...listAt(schema, "oneOf")];
  if (branches.length > 0) return new Set(branches.flatMap((branch) => [...toTypes(branch)]));
  const fields = isFields(schema) ? schema : {};
  const { type, const: only } = fields;
  if (type !== undefined) {
    return new Set([type].flat().map((name) => (name === "integer" ? "number" : name)));
  }
  const values = only === undefined ? listAt(schema, "enum") : [only];
  return new Set(values.length > 0 ? values.map((value) => typeof value) : everything);
}

/** The places of a schema sent with `strict: true` for which OpenAI refuses the whole request. */
export function findUnstrict(schema: unknown, path = ""): readonly string[] {
  if (!isFields(schema) || !kinds.some((kind) => kind in schema)) return [`${path} has no type`];
  const properties = fieldsAt(schema, "properties");
  const types = [schema["type"]].flat();
  const found: string[] = [];
  if (types.includes("array") && !("items" in schema)) found.push(`${path} has no items`);
  if (types.includes("object")) {
    if (schema["additionalProperties"] !== false) found.push(`${path} is open`);
    const required = listAt(schema, "required");
    const optional = Object.keys(properties).filter((name) => !required.includes(name));
    found.push(...optional.map((name) => `${path}.${name} is optional`));
  }
  return [...found, ...toParts(schema).flatMap(([name, part]) => findUnstrict(part, path + name))];
}

const kinds = ["type", "anyOf", "enum", "const", "$ref"];

function toParts(schema: Fields): readonly (readonly [string, unknown])[] {
  const named = ["properties", "$defs"].flatMap((field) => Object.entries(fieldsAt(schema, field)));
  return [
    ...named.map(([name, part]) => [`.${name}`, part] as const),
    ...listAt(schema, "anyOf").map((part, index) => [`.anyOf[${index}]`, part] as const),
    ...("items" in schema ? [["[]", schema["items"]] as const] : []),
  ];
}
