import type { Option } from "@fairlead/define";
import { commonOptions } from "@fairlead/define/start";
import { expandHome } from "@fairlead/guard/home";
import { isRecord } from "@fairlead/guard/record";
import { isUnresolved } from "./references.ts";

/** Where option values come from, strongest first: flags, environment, file, defaults. */
export interface Sources {
  /** The values of a file, by key, in the place of the one that `--config` names. */
  readonly file?: Values;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a text file; throws when it cannot. */
  readFile(path: string): string;
  /** What a path names; undefined for nothing. */
  kindOf(path: string): "directory" | "file" | undefined;
}

export type Values = Readonly<Record<string, unknown>>;

/** What a person asked for, or every reason why it cannot be had. */
export interface Given {
  readonly command: "serve" | "help" | "version" | "surface";
  /** The server's own command, to run instead of serving. */
  readonly ownCommand?: string;
  /** Values of the options every server takes. */
  readonly common: Values;
  /** Values of the server's own options; those not given are absent. */
  readonly own: Values;
  readonly problems: readonly string[];
  /** What was taken for nothing, for the operator's log. */
  readonly warnings: readonly string[];
}

/** Reads the options of a process. A problem names the flag and the variable, never a secret's value. */
export function readOptions(
  own: readonly Option[],
  sources: Sources,
  commands: readonly string[] = [],
): Given {
  const problems: string[] = [];
  const warnings: string[] = [];
  const options = [...own, ...commonOptions];
  const { flags, words, command } = readArguments(sources.argv, options, problems);
  const ownCommand = commands.find((name) => name === words[0]);
  if (ownCommand !== undefined) words.shift();
  const file = sources.file ?? readConfigFile(options, flags, sources, problems);
  const value = (option: Option) => {
    const given =
      fromCommandLine(option, flags, words) ??
      fromEnvironment(option, sources, problems, warnings) ??
      file[option.key] ??
      option.default;
    return given === undefined ? undefined : convert(option, given, sources, problems, warnings);
  };
  const collect = (list: readonly Option[]): Values =>
    Object.fromEntries(
      list.map((option) => [option.key, value(option)]).filter(([, found]) => found !== undefined),
    );

  if (words.length > 0 && !own.some(({ positional }) => positional)) {
    problems.push(`Unexpected ${JSON.stringify(words[0])}. See --help.`);
  }
  const given: Given = {
    command,
    ...(ownCommand !== undefined && { ownCommand }),
    common: collect(commonOptions),
    own: collect(own),
    problems,
    warnings,
  };
  for (const option of own) {
    if (option.required && isEmpty(given.own[option.key])) problems.push(toMissing(option));
  }
  return given;
}

function readArguments(argv: readonly string[], options: readonly Option[], problems: string[]) {
  const flags = new Map<Option, unknown>();
  const words: string[] = [];
  let command: Given["command"] = "serve";
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") words.push(...rest.splice(0));
    else if (word === "--help" || word === "-h") command = "help";
    else if (word === "--version" || word === "-v") command = "version";
    else if (word === "surface" && words.length === 0) command = "surface";
    else if (!word.startsWith("--")) words.push(word);
    else {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word : word.slice(0, equals);
      const option = options.find(({ flag }) => flag === name);
      if (!option) {
        problems.push(`Unknown option ${name}. See --help.`);
        // What follows is its value, and may be a secret whose flag is misspelt: no word to show.
        if (equals < 0) takeValue(rest);
        continue;
      }
      const bare = () => (option.type === "boolean" ? "true" : takeValue(rest));
      const value = equals < 0 ? bare() : word.slice(equals + 1);
      if (value === undefined) problems.push(`${option.flag} needs a value.`);
      else flags.set(option, option.many ? [...toList(flags.get(option)), value] : value);
    }
  }
  return { flags, words, command };
}

/** The word after a flag; a value that looks like a flag must follow an equals sign. */
function takeValue(rest: string[]): string | undefined {
  return rest[0]?.startsWith("--") ? undefined : rest.shift();
}

function fromCommandLine(
  option: Option,
  flags: ReadonlyMap<Option, unknown>,
  words: readonly string[],
): unknown {
  const flag = flags.get(option);
  if (!option.positional || words.length === 0) return flag;
  const all = [...toList(flag), ...words];
  return option.many || all.length > 1 ? all : all[0];
}

function readConfigFile(
  options: readonly Option[],
  flags: ReadonlyMap<Option, unknown>,
  sources: Sources,
  problems: string[],
): Values {
  const option = options.find(({ key }) => key === "config");
  // The option itself is read again with the others, and warned of then.
  const path = option && (flags.get(option) ?? readVariable(option.env, sources, []));
  if (typeof path !== "string" || path === "") return {};
  try {
    const file = sources.readFile(expandHome(path, sources.env["HOME"]));
    const content: unknown = JSON.parse(file);
    if (isRecord(content)) {
      for (const key of Object.keys(content)) {
        if (!options.some((known) => known.key === key)) {
          problems.push(`--config ${path}: there is no option "${key}".`);
        }
      }
      return { ...content };
    }
    problems.push(`--config ${path}: must hold a JSON object.`);
  } catch (error) {
    const reason = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    problems.push(`--config ${path}: ${reason}.`);
  }
  return {};
}

/** A secret may also stand in a file that `<VARIABLE>_FILE` names, as container platforms do it. */
function fromEnvironment(
  option: Option,
  sources: Sources,
  problems: string[],
  warnings: string[],
): unknown {
  const direct = readVariable(option.env, sources, warnings);
  if (direct !== undefined) return direct;
  const path = option.secret ? readVariable(`${option.env}_FILE`, sources, warnings) : undefined;
  if (path === undefined) return undefined;
  try {
    return sources.readFile(path).trimEnd();
  } catch {
    problems.push(`${option.env}_FILE: ${path} cannot be read.`);
    return undefined;
  }
}

/** Its value; undefined for none, for an empty one, and for a reference that a host did not resolve. */
function readVariable(name: string, { env }: Sources, warnings: string[]): string | undefined {
  const value = env[name];
  if (value === undefined || value === "") return undefined;
  if (!isUnresolved(name, value)) return value;
  warnings.push(
    `${name} holds the text ${value.trim()} and not a value, so it counts as not set. Set ${name} ` +
      "in the environment that your client starts in, or write the value into its config.",
  );
  return undefined;
}

function convert(
  option: Option,
  given: unknown,
  sources: Sources,
  problems: string[],
  warnings: string[],
): unknown {
  if (!option.many) return convertOne(option, given, sources, problems);
  const separator = option.kind === "directory" || option.kind === "file" ? undefined : ",";
  const wrong: string[] = [];
  const values = toList(given)
    .flatMap((item) =>
      typeof item === "string" && separator !== undefined ? item.split(separator) : [item],
    )
    .filter((item) => item !== "")
    .map((item) => convertOne(option, item, sources, wrong));
  const found = values.filter((value) => value !== undefined);
  // One directory of several that is gone, such as an unplugged disk, does not stop the others.
  if (option.kind === "directory" && found.length > 0) {
    warnings.push(...wrong.map((problem) => `${problem} It is left out until the next start.`));
    return found;
  }
  problems.push(...wrong);
  return values;
}

function convertOne(option: Option, given: unknown, sources: Sources, problems: string[]): unknown {
  const problem = (must: string) => {
    const shown = option.secret ? "" : `, not ${JSON.stringify(given)}`;
    problems.push(`${option.flag} (${option.env}) must ${must}${shown}.`);
    return undefined;
  };
  if (option.type === "boolean") {
    if (given === true || given === "true" || given === "1") return true;
    if (given === false || given === "false" || given === "0") return false;
    return problem("be true or false");
  }
  if (option.type === "string") {
    if (typeof given !== "string") return problem("be a string");
    if (option.choices && !option.choices.includes(given)) {
      return problem(`be one of ${option.choices.join(", ")}`);
    }
    if (option.kind !== "directory" && option.kind !== "file") return given;
    const path = expandHome(given, sources.env["HOME"]);
    return sources.kindOf(path) === option.kind ? path : problem(`name an existing ${option.kind}`);
  }
  const number = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  if (typeof number !== "number" || !Number.isFinite(number)) return problem("be a number");
  if (option.type === "integer" && !Number.isInteger(number)) return problem("be a whole number");
  if (option.minimum !== undefined && number < option.minimum) {
    return problem(`be at least ${option.minimum}`);
  }
  if (option.maximum !== undefined && number > option.maximum) {
    return problem(`be at most ${option.maximum}`);
  }
  return number;
}

function toMissing({ key, flag, env, positional, kind, description }: Option): string {
  const what = positional ? `Give at least one ${kind ?? key}` : `${flag} (${env}) is required`;
  const where = positional ? `: as an argument, with ${flag}, or in ${env}` : "";
  return `${what}${where}. ${description}`;
}

function toList(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}
