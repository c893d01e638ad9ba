export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The list in this field, empty without one. */
export function listOf(value: unknown, field: string): readonly unknown[] {
  const list = isFields(value) ? value[field] : undefined;
  return Array.isArray(list) ? list : [];
}

/** The object in this field, empty without one. */
export function fieldsOf(value: unknown, field: string): Fields {
  const fields = isFields(value) ? value[field] : undefined;
  return isFields(fields) ? fields : {};
}

/** The string in this field, "" without one. */
export function textOf(value: unknown, field: string): string {
  const text = isFields(value) ? value[field] : undefined;
  return typeof text === "string" ? text : "";
}

/** Every string and number in a value. */
export function* leaves(value: unknown): Generator<string | number> {
  if (typeof value === "string" || typeof value === "number") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) yield* leaves(part);
  }
}

/** A value of JSON, undefined if the text holds none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
