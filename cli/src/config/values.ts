import { isRecord } from "@fairlead/guard/record";
import type { Option } from "@fairlead/runtime";
import { isUnresolved, type Sources, type Values } from "@fairlead/runtime/host";

/** What the file says of an option, for the words to come from elsewhere. */
type Reference = { readonly env: string } | { readonly file: string };

/**
 * The values that a part of the file gives options, with references replaced by what they name. `tell` is
 * told the key of each value that cannot be used, and never the value of a secret.
 */
export function resolveValues(
  part: Values,
  options: readonly Option[],
  sources: Sources,
  tell: (key: string, problem: string) => void,
): Values {
  const found = new Map<string, unknown>();
  for (const option of options) {
    const { key } = option;
    if (!Object.hasOwn(part, key)) continue;
    const problem = (text: string) => {
      tell(key, `${key} ${text}`);
      return undefined;
    };
    const value = resolveValue(part[key], option, sources, problem);
    if (value !== undefined) found.set(key, value);
  }
  return Object.fromEntries(found);
}

function resolveValue(
  value: unknown,
  option: Option,
  sources: Sources,
  problem: (text: string) => undefined,
): unknown {
  if (value === null) return problem("has no value. Leave the key out to get the default.");
  if (Array.isArray(value) && option.many) {
    const items = value.map((item) => resolveValue(item, option, sources, problem));
    return items.includes(undefined) ? undefined : items;
  }
  if (isRecord(value)) {
    if (isReference(value)) return resolveReference(value, sources, problem);
    return problem("must be a value, or {env: NAME} or {file: PATH} to take it from there.");
  }
  if (option.secret) {
    return problem(
      `is a secret, so it is not written into this file. Write {env: NAME} or {file: PATH}, or leave the key out and set ${option.env}.`,
    );
  }
  // A port by itself is a number in YAML.
  const isAddress = option.key === "http" || option.key === "metrics";
  return isAddress && typeof value === "number" ? String(value) : value;
}

function isReference(value: object): value is Reference {
  const [[kind, name] = [], ...others] = Object.entries(value);
  const isKnown = kind === "env" || kind === "file";
  return isKnown && typeof name === "string" && name !== "" && others.length === 0;
}

function resolveReference(
  reference: Reference,
  { env, readFile }: Sources,
  problem: (text: string) => undefined,
): string | undefined {
  if ("env" in reference) {
    const value = env[reference.env];
    const isSet = value !== undefined && value !== "" && !isUnresolved(reference.env, value);
    return isSet
      ? value
      : problem(`needs the environment variable ${reference.env}, which is not set.`);
  }
  try {
    return readFile(reference.file).trimEnd();
  } catch {
    return problem(`needs the file ${reference.file}, which cannot be read.`);
  }
}
