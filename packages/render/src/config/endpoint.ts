import type { Option, Surface } from "@fairlead/define";
import { toDescription } from "../options.ts";

/** A process the client starts and speaks to over stdio. */
export interface StdioEndpoint {
  readonly transport: "stdio";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Every secret the server can use: a config refers to it and never contains it. */
  readonly secrets: readonly Secret[];
  /** Other variables that a host may withhold since their names look secret. */
  readonly withheld: readonly string[];
}

/** A secret that a config names by its variable. */
export interface Secret {
  readonly variable: string;
  readonly description: string;
  readonly required: boolean;
}

/** A server that is running already. */
export interface HttpEndpoint {
  readonly transport: "http";
  readonly url: string;
  /** The variable that holds the bearer token, where the server asks for one. */
  readonly token?: string;
}

/** How a client reaches a server: by starting it, or at a URL. */
export type Endpoint = StdioEndpoint | HttpEndpoint;

/** How a package reaches its user. */
export interface Delivery {
  /** The package is in no registry: it is started where it was built. */
  readonly local?: boolean;
}

/**
 * How npx starts the published package, or Node a local one, with an example for each value it
 * cannot do without.
 */
export function toStdioEndpoint(surface: Surface, { local = false }: Delivery = {}): StdioEndpoint {
  const { name, version } = surface.package;
  const [command, ...start] = local
    ? ["node", `/path/to/${name.replace(/^.*\//, "")}/dist/main.cjs`]
    : ["npx", "-y", `${name}@${version}`];
  const secret = surface.options.filter((option) => option.secret === true);
  const open = surface.options.filter((option) => option.secret !== true);
  const required = open.filter((option) => option.required === true && option.positional !== true);
  return {
    transport: "stdio",
    command,
    args: [...start, ...toWords(surface)],
    env: Object.fromEntries(required.map((option) => [option.env, toExample(option)])),
    secrets: secret.map(toSecret),
    withheld: open.filter((option) => looksSecret(option.env)).map(({ env }) => env),
  };
}

function toSecret(option: Option): Secret {
  return {
    variable: option.env,
    description: toDescription(option),
    // What a server is started with is what it is about, even where it has a demo.
    required: option.required === true || option.positional === true,
  };
}

/** As Gemini CLI 0.61.0 decides which variables it withholds from a server. */
function looksSecret(variable: string): boolean {
  return /TOKEN|SECRET|PASSWORD|PASSWD|KEY|AUTH|CREDENTIAL|CREDS|PRIVATE|CERT/i.test(variable);
}

/** Examples of what follows the command. A secret there would stand in every list of processes. */
export function toWords({ options }: Surface): string[] {
  return options
    .filter(({ positional, secret }) => positional === true && secret !== true)
    .map(toExample);
}

/** A value of the right form, for a person to replace. */
export function toExample(option: Option): string {
  if (option.choices?.[0] !== undefined) return option.choices[0];
  if (option.kind !== undefined) return examples[option.kind];
  if (option.type === "boolean") return "true";
  if (option.type === "string") return `<${option.key}>`;
  return String(option.minimum ?? 1);
}

/** Whether a value is one of those examples that no machine has. */
export function isPlaceholder(value: string): boolean {
  return /^(?:\/path\/to\/|<)/.test(value);
}

const examples = {
  directory: "/path/to/directory",
  file: "/path/to/file",
  url: "https://example.com",
  host: "example.com",
} as const;
