/** The fields of a frontmatter: texts, and under `metadata` texts by name. */
export type Frontmatter = { readonly [field: string]: unknown };

/** A text that needs no quotes: no parser of YAML reads it as anything else. */
const plain = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z][^:#]*$/i;
const unsafe = /[\p{C}\p{Zl}\p{Zp}]/u;
const member = /^( {2})?([A-Za-z][\w-]*):(?: +(.*?))? *$/;

/**
 * The frontmatter of a SKILL.md: lines of `key: text`, and below `metadata:` such lines indented by two
 * spaces. Hosts compare the list of skills with the file, each with its own parser of YAML, so
 * everything that two of them could read differently is refused with a RangeError.
 */
export function parseFrontmatter(file: string): Frontmatter {
  const [first, ...lines] = file.split(/\r?\n/);
  const end = lines.findIndex((line) => /^---[ \t]*$/.test(line));
  if (first !== "---" || end < 0) {
    throw new RangeError("It has to begin with a line `---`, fields, and another line `---`.");
  }
  const fields = new Map<string, string | Map<string, string>>();
  let group: Map<string, string> | undefined;
  for (const [at, line] of lines.slice(0, end).entries()) {
    const [, indent, key = "", value] = member.exec(line) ?? [];
    const target = indent === undefined ? fields : group;
    if (key === "" || target === undefined || target.has(key)) {
      throw new RangeError(`Line ${at + 2} is not a new \`key: text\`: ${line}`);
    }
    if (value !== undefined) target.set(key, parseText(value, at + 2));
    else if (indent === undefined) fields.set(key, new Map());
    else throw new RangeError(`Line ${at + 2} has no value: ${line}`);
    const field = fields.get(key);
    if (indent === undefined) group = field instanceof Map ? field : undefined;
  }
  const plainFields = [...fields].map(([key, value]) => {
    if (!(value instanceof Map)) return [key, value];
    if (value.size === 0) throw new RangeError(`${key} has no value.`);
    return [key, Object.fromEntries(value)];
  });
  return Object.fromEntries(plainFields);
}

function parseText(value: string, line: number): string {
  if (!unsafe.test(value)) {
    if (plain.test(value)) return value;
    const quoted = value.startsWith('"') ? parseJson(value) : undefined;
    if (typeof quoted === "string") return quoted;
  }
  throw new RangeError(`Put the value in line ${line} in double quotes, as in JSON: ${value}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
