/** An object of JSON. */
export type Json = { readonly [key: string]: unknown };

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or an empty one for whatever else stands there. */
export function toJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** An own member: names in documents may be those every object has. */
export function member(value: unknown, key: string): unknown {
  return isJson(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Reads a JSON pointer in a URL fragment (RFC 6901 6); undefined where it leads nowhere. */
export function readPointer(root: unknown, fragment: string): unknown {
  return fragment
    .replace(/^#?\/?/, "")
    .split("/")
    .filter((part, _, all) => part !== "" || all.length > 1)
    .map(toKey)
    .reduce<unknown>((at, key) => {
      if (Array.isArray(at)) return at[Number(key)];
      return member(at, key);
    }, root);
}

/** The key that a part of a JSON pointer names. */
export function toKey(part: string): string {
  return decode(part).replaceAll("~1", "/").replaceAll("~0", "~");
}

/** A key as part of a JSON pointer. */
export function toPart(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
