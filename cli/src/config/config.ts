import { commonOptions } from "@fairlead/define/start";
import { isRecord } from "@fairlead/guard/record";
import type { Option } from "@fairlead/runtime";
import {
  asksForOAuth,
  findHostProblems,
  type Hosted,
  type HostOptions,
  readDoor,
  readOptions,
  readSettings,
  type Sources,
  type Values,
} from "@fairlead/runtime/host";
import { type Entry, readEntries, tellUnknown } from "./entries.ts";
import { defaultOptions, listTopKeys, processOptions, serverOptions } from "./keys.ts";
import { Places } from "./places.ts";
import { resolveValues } from "./values.ts";
import { type Located, readLocated, YamlError } from "./yaml.ts";

/** What a file and the words on the command line ask for, or every reason why it cannot be had. */
export type Config =
  | { readonly problems: readonly string[] }
  | (Omit<HostOptions, "program"> & { readonly hosted: readonly Hosted[] });

/** What the entries of a file have in common. */
interface Top {
  /** Values of options that hold for the whole process. */
  readonly common: Values;
  /** Values of options that an entry may replace. */
  readonly defaults: Values;
  readonly publicUrl: string | undefined;
}

/**
 * Reads a file of servers. Flags and variables win over the top of the file, as in a process of one server.
 * What an entry says of its own server wins over everything else. Opens nothing.
 */
export async function readConfig(file: string, sources: Sources): Promise<Config> {
  let document: Located;
  try {
    document = readLocated(sources.readFile(file));
  } catch (error) {
    const isYaml = error instanceof YamlError;
    const why = isYaml ? `${file}:${error.line}: ${error.message}` : `${file}: It cannot be read.`;
    return { problems: [why] };
  }
  const { value } = document;
  if (!isRecord(value)) return { problems: [`${file}:1: It must have keys, such as servers.`] };
  const problems = new Set<string>();
  const tell = (problem: string) => void problems.add(problem);
  const places = new Places(file, document, commonOptions);
  const tellTop = (key: string, text: string) => tell(places.at([key], text));
  tellUnknown(Object.keys(value), listTopKeys(), tellTop);
  const publicUrl = readPublicUrl(value["publicUrl"], tellTop);
  const given = readProcess(resolveValues(value, processOptions, sources, tellTop), sources);
  const { http, problems: ofDoor } = readDoor(given);
  for (const problem of [...given.problems, ...ofDoor]) tell(places.place(problem));
  for (const problem of given.misplaced) tell(problem);
  if (given.common["http"] === undefined) {
    tell(places.at([], "http is missing: where to listen, such as `http: 127.0.0.1:3000`."));
  }
  const defaults = resolveValues(value, defaultOptions, sources, tellTop);
  const common = addHost(given.common, publicUrl);
  const entries = await readEntries(value["servers"], places, tell);
  const hosted = entries.map((entry) => {
    const { name } = entry.surface;
    const options = [...entry.surface.options, ...serverOptions];
    const own = resolveValues(entry.values, options, sources, (key, text) =>
      tell(places.at([...entry.at, key], `${name}: ${text}`)),
    );
    return toHosted(entry, own, { common, defaults, publicUrl: publicUrl?.href }, sources);
  });
  const found = await findHostProblems(hosted, http ?? { host: "127.0.0.1", port: 0 });
  for (const [index, each] of found.entries()) {
    const name = hosted[index]?.surface.name;
    for (const problem of each) tell(places.place(problem, name));
  }
  if (problems.size > 0 || http === undefined) return { problems: [...problems] };
  return { hosted, common, http, warnings: given.warnings, place: places.place };
}

/** Reads the options that hold for the whole process. */
function readProcess(file: Values, sources: Sources) {
  const env = without(sources.env, [...serverOptions, ...commonOptions.filter(isConfig)]);
  const given = readOptions([], { ...sources, env, file });
  const words = sources.argv.map((word) => word.split("=", 1)[0]);
  const wrong = serverOptions.filter(({ flag }) => words.includes(flag));
  const misplaced = wrong.map(({ flag, key }) => {
    return `${flag} belongs to a server. Write ${key} into the file.`;
  });
  const pairs = processOptions.map(({ key }) => [key, given.common[key]] as const);
  return {
    problems: given.problems,
    misplaced,
    warnings: given.warnings,
    common: Object.fromEntries(pairs.filter(([, value]) => value !== undefined)),
  };
}

/** A server with the values of its entry, of the environment, and of the top of the file. */
function toHosted(entry: Entry, own: Values, top: Top, sources: Sources): Hosted {
  const { at: _, values: given, ...facts } = entry;
  const { name, options } = entry.surface;
  const isGiven = ({ key }: Option) => Object.hasOwn(given, key);
  const hidden = [...options, ...serverOptions].filter(isGiven);
  const file = { ...top.defaults, ...own };
  const env = without(sources.env, [
    ...hidden,
    ...processOptions,
    ...commonOptions.filter(isConfig),
  ]);
  const settings = readSettings(entry.surface, { ...sources, argv: [], env, file });
  const prefix = String(top.common["redisPrefix"] ?? "fairlead");
  const common = {
    ...toResource(entry, settings.common, top),
    ...settings.common,
    ...top.common,
    redisPrefix: `${prefix}:${name}`,
  };
  return { ...facts, settings: { ...settings, common } };
}

/** The URL for which tokens of a server are issued, where its callers sign in. */
function toResource({ path }: Entry, common: Values, { publicUrl }: Top): Values {
  if (publicUrl === undefined || !asksForOAuth(common)) return {};
  return { oauthResource: `${publicUrl.replace(/\/$/, "")}${path}` };
}

function isConfig({ key }: Option): boolean {
  return key === "config";
}

/** Without the variables of these options. */
function without(env: Sources["env"], options: readonly Option[]): Sources["env"] {
  const names = new Set(options.flatMap((option) => [option.env, `${option.env}_FILE`]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)));
}

function readPublicUrl(
  value: unknown,
  tell: (key: string, problem: string) => void,
): URL | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === "string" ? URL.parse(value) : null;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (url !== null && isWeb && url.search === "" && url.hash === "" && url.username === "")
    return url;
  const must = "publicUrl must be a URL such as https://mcp.example.com, without a query";
  tell("publicUrl", `${must}, not ${JSON.stringify(value)}.`);
  return undefined;
}

/** The public host counts as one that requests may be sent to. */
function addHost(common: Values, publicUrl: URL | undefined): Values {
  if (publicUrl === undefined) return common;
  const { allowedHosts } = common;
  const given: readonly unknown[] = Array.isArray(allowedHosts) ? allowedHosts : [];
  return { ...common, allowedHosts: [...given, publicUrl.host] };
}
