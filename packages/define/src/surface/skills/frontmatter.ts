/** A text that needs no quotes: no parser of YAML reads it as anything else. */
const plain = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z][^:#]*$/i;
const unsafe = /[\p{C}\p{Zl}\p{Zp}]/u;
const member = /^( {2})?([A-Za-z][\w-]*):(?: +(.*?))? *$/;

/**
 * The frontmatter of a SKILL.md: lines of `key: text`, and below `metadata:` such lines indented by two
 * spaces. Hosts compare the list of skills with the file, each with its own parser of YAML, so
 * everything that two of them could read differently is refused with a RangeError.
 */
export function parseFrontmatter(file: string): { readonly [field: string]: unknown } {
  const [, text] = /---\r?\n([\s\S]*?)^---[ \t]*$/my.exec(file) ?? [];
  if (text === undefined) {
    throw new RangeError("It has to begin with a line `---`, fields, and another line `---`.");
  }
  const fields: Record<string, unknown> = {};
  let group: Record<string, unknown> | undefined;
  for (const line of text.split(/\r?\n/).slice(0, -1)) {
    const [, indent, key = "", value] = member.exec(line) ?? [];
    const target = indent === undefined ? fields : group;
    const empty = value === undefined && indent !== undefined;
    if (key === "" || empty || target === undefined || Object.hasOwn(target, key)) {
      throw new RangeError(`This line is not a new \`key: text\`: ${line}`);
    }
    if (indent === undefined) group = value === undefined ? {} : undefined;
    target[key] = value === undefined ? group : parseText(value);
  }
  const bare = Object.entries(fields).find(([, value]) => JSON.stringify(value) === "{}");
  if (bare !== undefined) throw new RangeError(`The field ${bare[0]} has no value.`);
  return fields;
}

function parseText(value: string): string {
  if (!unsafe.test(value)) {
    if (plain.test(value)) return value;
    const quoted = value.startsWith('"') ? parseJson(value) : undefined;
    if (typeof quoted === "string") return quoted;
  }
  throw new RangeError(`This value has to be in double quotes, as in JSON: ${value}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
