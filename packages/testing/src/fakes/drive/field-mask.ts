/** The fields of a partial response, each with those inside it; an empty map is all of it. */
type Mask = Map<string, Mask>;

/** Reduces a value to what a `fields` parameter names: `a,b(c,d),e/f`. Throws SyntaxError. */
export function applyMask(value: unknown, fields: string): unknown {
  return pick(value, parseMask(fields));
}

function parseMask(fields: string): Mask {
  let at = 0;
  const parse = (end: ")" | undefined): Mask => {
    const mask: Mask = new Map();
    for (;;) {
      const name = /^\s*([\w*]+)/.exec(fields.slice(at));
      if (name === null) throw new SyntaxError(`Invalid field selection at ${at}`);
      at += name[0].length;
      let inner: Mask = new Map();
      if (fields[at] === "(") {
        at += 1;
        inner = parse(")");
      } else if (fields[at] === "/" || fields[at] === ".") {
        at += 1;
        const [next = ""] = /^[\w*]+/.exec(fields.slice(at)) ?? [];
        const rest = /^[\w*]+(?:[/.][\w*]+)*/.exec(fields.slice(at))?.[0] ?? next;
        at += rest.length;
        inner = parseMask(rest);
      }
      mask.set(name[1] ?? "", inner);
      const char = fields[at];
      at += 1;
      if (char === ",") continue;
      if (char === end) return mask;
      throw new SyntaxError(`Invalid field selection at ${at}`);
    }
  };
  return parse(undefined);
}

function pick(value: unknown, mask: Mask): unknown {
  if (mask.size === 0 || mask.has("*")) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const deeper = mask.get(key);
      return deeper === undefined ? [] : [[key, pick(inner, deeper)]];
    }),
  );
}
