import type { Option, Surface } from "../define/surface.ts";

/** A process the client starts and speaks to over stdio. */
export interface StdioEndpoint {
  readonly transport: "stdio";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Variables that hold secrets: a config refers to them and never contains them. */
  readonly secrets: readonly string[];
}

/** A server that is running already. */
export interface HttpEndpoint {
  readonly transport: "http";
  readonly url: string;
}

export type Endpoint = StdioEndpoint | HttpEndpoint;

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
    ? ["node", `/path/to/${name.replace(/^.*\//, "")}/dist/main.js`]
    : ["npx", "-y", `${name}@${version}`];
  const positional = surface.options.filter((option) => option.positional === true);
  const required = surface.options.filter(
    (option) => option.required === true && option.positional !== true,
  );
  const open = required.filter((option) => option.secret !== true);
  return {
    transport: "stdio",
    command,
    args: [...start, ...toWords(surface)],
    env: Object.fromEntries(open.map((option) => [option.env, toExample(option)])),
    secrets: [...positional, ...required]
      .filter((option) => option.secret === true)
      .map(({ env }) => env),
  };
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

const examples = {
  directory: "/path/to/directory",
  file: "/path/to/file",
  url: "https://example.com",
  host: "example.com",
} as const;
