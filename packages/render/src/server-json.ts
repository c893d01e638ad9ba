import type { Option, Surface } from "@fairlead/define";
import { commonOptions } from "@fairlead/define/start";

const schema = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";

/** What the registry lets a title and a description take. */
const longest = 100;

/** Of the options every bin takes, those a person choosing in a gallery has a use for. */
const offered: readonly string[] = ["readOnly", "toolsets"];

/** A value a person may give, as the registry describes it. */
interface RegistryInput {
  readonly description: string;
  readonly isRequired?: true;
  readonly isSecret?: true;
  readonly format?: "number" | "boolean" | "filepath";
  readonly choices?: readonly string[];
  readonly default?: string;
}

/** Who a server is, where others list it. */
export interface Identity {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly websiteUrl?: string;
}

/** The registry's entry for a server that npm delivers. */
export interface RegistryEntry extends Identity {
  readonly $schema: string;
  readonly packages: readonly {
    readonly registryType: "npm";
    readonly identifier: string;
    readonly version: string;
    readonly runtimeHint: "npx";
    readonly transport: { readonly type: "stdio" };
    readonly packageArguments?: readonly (RegistryInput & {
      readonly type: "positional";
      readonly valueHint: string;
      readonly isRepeated?: true;
    })[];
    readonly environmentVariables: readonly (RegistryInput & { readonly name: string })[];
  }[];
}

/** Who a server is; throws a RangeError for facts the registry would refuse. */
export function toIdentity({ package: facts, title, websiteUrl }: Surface): Identity {
  const { name, version, description, mcpName } = facts;
  if (mcpName === undefined || !/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/.test(mcpName)) {
    throw new RangeError(`${name}: mcpName must be a registry name such as io.github.you/thing.`);
  }
  if (description.length === 0 || description.length > longest) {
    throw new RangeError(
      `${name}: the registry takes a description of 1 to ${longest} characters.`,
    );
  }
  return {
    name: mcpName,
    title,
    description,
    version,
    ...(websiteUrl !== undefined && { websiteUrl }),
  };
}

/** Renders server.json; throws a RangeError for facts the registry would refuse. */
export function toServerJson(surface: Surface): RegistryEntry {
  const { name, version } = surface.package;
  const identity = toIdentity(surface);
  // A secret among the arguments would stand in every list of processes.
  const isWord = ({ positional, secret }: Option) => positional === true && secret !== true;
  const positional = surface.options.filter(isWord);
  const named = surface.options.filter((option) => !isWord(option));
  const common = commonOptions.filter(({ key }) => offered.includes(key));
  return {
    $schema: schema,
    ...identity,
    packages: [
      {
        registryType: "npm",
        identifier: name,
        version,
        runtimeHint: "npx",
        transport: { type: "stdio" },
        ...(positional.length > 0 && {
          packageArguments: positional.map((option) => ({
            type: "positional" as const,
            valueHint: option.key,
            ...toInput(option),
            ...(option.many === true && { isRepeated: true as const }),
          })),
        }),
        environmentVariables: [...named, ...common].map((option) => ({
          name: option.env,
          ...toInput(option),
        })),
      },
    ],
  };
}

function toInput(option: Option): RegistryInput {
  const format = toFormat(option);
  const value = toDefault(option.default);
  return {
    description: option.description,
    ...(option.required === true && { isRequired: true }),
    ...(option.secret === true && { isSecret: true }),
    ...(format !== undefined && { format }),
    ...(option.choices !== undefined && { choices: option.choices }),
    ...(value !== undefined && { default: value }),
  };
}

/** A default in the form its variable takes; false and nothing are what its absence means. */
function toDefault(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length > 0 ? value.map(String).join(",") : undefined;
  if (typeof value === "string" || typeof value === "number") return String(value);
  return value === true ? "true" : undefined;
}

function toFormat({ kind, type }: Option): RegistryInput["format"] {
  if (kind === "directory" || kind === "file") return "filepath";
  if (type === "number" || type === "integer") return "number";
  return type === "boolean" ? "boolean" : undefined;
}
