interface Variable {
  readonly name: string;
  /** `{+name}`: the value may hold slashes. */
  readonly reserved: boolean;
}

/**
 * A URI template of RFC 6570 levels 1 and 2. Matching looks for each literal once, from left to
 * right, so it is linear in the URI; exploded templates, whose matching is not (CVE-2026-0621),
 * are refused.
 */
export class UriTemplate {
  readonly #literals: readonly string[];
  readonly #variables: readonly Variable[];

  constructor(template: string) {
    const literals: string[] = [];
    const variables: Variable[] = [];
    let at = 0;
    for (const { 0: expression, 1: operator, 2: name, index } of template.matchAll(
      /\{([+]?)([A-Za-z_][A-Za-z0-9_]*)\}/g,
    )) {
      literals.push(template.slice(at, index));
      variables.push({ name: name ?? "", reserved: operator === "+" });
      at = index + expression.length;
    }
    literals.push(template.slice(at));
    if (literals.some((literal) => /[{}]/.test(literal))) {
      throw new TypeError(`${template}: only {name} and {+name} are supported in URI templates.`);
    }
    if (literals.slice(1, -1).includes("")) {
      throw new TypeError(`${template}: two variables need something between them.`);
    }
    this.#literals = literals;
    this.#variables = variables;
  }

  get variables(): readonly string[] {
    return this.#variables.map(({ name }) => name);
  }

  /** The decoded values of the variables, or undefined when the URI is none of this template's. */
  match(uri: string): Record<string, string> | undefined {
    const [first = "", ...rest] = this.#literals;
    if (!uri.startsWith(first)) return undefined;
    const values: Record<string, string> = {};
    let at = first.length;
    for (const [index, { name, reserved }] of this.#variables.entries()) {
      const literal = rest[index] ?? "";
      const last = index === this.#variables.length - 1;
      const end = last ? uri.length - literal.length : uri.indexOf(literal, at);
      if (end <= at || !uri.startsWith(literal, end)) return undefined;
      const value = decode(uri.slice(at, end));
      if (value === undefined || (!reserved && uri.slice(at, end).includes("/"))) return undefined;
      values[name] = value;
      at = end + literal.length;
    }
    return at === uri.length ? values : undefined;
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
