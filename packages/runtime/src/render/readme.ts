import { commonOptions } from "../define/common-options.ts";
import type { Option, Surface, SurfaceTool, SurfaceToolset } from "../define/surface.ts";
import { type ClientConfig, toClientConfigs } from "./config/client-config.ts";
import { type Delivery, type Secret, toStdioEndpoint } from "./config/endpoint.ts";
import { toContainerEndpoint, toImageName } from "./image.ts";
import { toDescription, toFacts, toValueName } from "./options.ts";
import { toCell, toOneLine, toTable } from "./text.ts";
import { isListed, toDefaultTools, toEffect, toTokens } from "./tool-facts.ts";

/** The generated parts of a server's README, by the name of their marker. */
export type ReadmeBlocks = Readonly<Record<"install" | "options" | "tools", string>>;

/** Renders the parts of a README that follow from the surface. */
export function toReadmeBlocks(surface: Surface, delivery: Delivery = {}): ReadmeBlocks {
  return {
    install: toInstall(surface, delivery),
    options: toOptions(surface),
    tools: toTools(surface),
  };
}

function toInstall(surface: Surface, delivery: Delivery): string {
  const endpoint = toStdioEndpoint(surface, delivery);
  const configs = toClientConfigs(surface.name, endpoint);
  const links = configs.flatMap(({ client, webLink }) =>
    webLink === undefined ? [] : [`[${client}](${webLink})`],
  );
  const names = surface.options.filter(({ positional }) => positional === true);
  const local = delivery.local === true;
  const replace =
    local || names.length > 0 ? " Replace the values that begin with `/path` or `<`." : "";
  return [
    `Add it to ${links.join(" or ")}, or take the config of your client from below.${replace}`,
    ...toSecretsNote(endpoint.secrets),
    ...configs.map(toDetails),
    toContainer(surface, delivery),
    ...(local ? [] : [windows]),
  ].join("\n\n");
}

/** The config of every client for a server at `url` that asks for the token in the variable `token`. */
export function toHttpBlock(name: string, url: string, token: string): string {
  const configs = toClientConfigs(name, { transport: "http", url, token });
  return configs.map(toDetails).join("\n\n");
}

const windows =
  "On Windows, clients that cannot find `npx` take the command `cmd` with `/c npx` before the " +
  "other arguments.";

function toSecretsNote(secrets: readonly Secret[]): string[] {
  if (secrets.length === 0) return [];
  const names = secrets.map(
    ({ variable, required }) => `\`${variable}\` (${required ? "required" : "optional"})`,
  );
  return [
    `Every config names the secrets that this server can use: ${names.join(", ")}. It refers to ` +
      "their variables and does not contain them. A variable that is empty or not set counts as " +
      "not given.",
  ];
}

function toDetails({ client, file, language, text, command, note }: ClientConfig): string {
  return [
    `<details><summary>${client}</summary>`,
    ...(command === undefined ? [] : [fence("sh", command)]),
    `${command === undefined ? "In" : "Or in"} \`${file}\`:`,
    fence(language, text.trimEnd()),
    ...(note === undefined ? [] : [note]),
    "</details>",
  ].join("\n\n");
}

function toContainer(surface: Surface, { local = false }: Delivery): string {
  const { command, args } = toContainerEndpoint(surface);
  const image = toImageName(surface);
  const build = local
    ? ["npm run build && docker build --tag", image, "."]
    : [
        `docker build --build-arg SERVER=${surface.name} --tag`,
        image,
        "--file docker/Dockerfile .",
      ];
  return [
    "<details><summary>Docker</summary>",
    `Build the image in ${local ? "the package's folder" : "a checkout of the repository"}:`,
    fence("sh", build.join(" ")),
    `In the config of your client, this takes the place of \`${local ? "node" : "npx"}\` and what follows it:`,
    fence("sh", [command, ...args].join(" ")),
    "</details>",
  ].join("\n\n");
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function toOptions(surface: Surface): string {
  const head = ["Option", "Variable", "What it does"];
  const common = toTable(head, commonOptions.map(toOptionRow));
  if (surface.options.length === 0) {
    return `This server has no options of its own. Every server takes these:\n\n${common}`;
  }
  const own = toTable(head, surface.options.map(toOptionRow));
  return `${own}\n\nEvery server takes these as well:\n\n${common}`;
}

function toOptionRow(option: Option): string[] {
  const facts = toFacts(option).join(", ");
  const what = `${toDescription(option)}${facts === "" ? "" : ` (${facts})`}`;
  return [code(toUsage(option)), code(option.env), toCell(what)];
}

function toUsage(option: Option): string {
  if (option.type === "boolean") return option.flag;
  const value = toValueName(option);
  return option.positional === true ? value : `${option.flag} ${value}`;
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function toTools(surface: Surface): string {
  const listed = toDefaultTools(surface);
  const total = `${count(listed.length, "tool")} in the default list, about ${toTokens(listed)} tokens.`;
  return [total, ...surface.toolsets.flatMap(toToolset), ...toLegacy(surface)].join("\n\n");
}

function toToolset(toolset: SurfaceToolset): string[] {
  const tools = toolset.tools.filter(isListed);
  if (tools.length === 0) return [];
  const optional = toolset.optional === true ? ", off until asked for with `--toolsets`" : "";
  return [
    `**${toolset.title ?? toolset.name}** (\`${toolset.name}\`${optional}): ${toolset.description}`,
    toTable(["Tool", "Effect", "What it does", "Tokens"], tools.map(toToolRow)),
  ];
}

function toToolRow(tool: SurfaceTool): string[] {
  const { name, description } = tool.wire;
  const aliases = (tool.aliases ?? []).map(code).join(", ");
  const also = aliases === "" ? "" : ` Also answers to ${aliases}.`;
  const what = `${toCell(toOneLine(description))}${also}`;
  return [code(name), toEffect(tool).label, what, String(toTokens([tool]))];
}

function toLegacy(surface: Surface): string[] {
  const names = surface.toolsets
    .flatMap(({ tools }) => tools)
    .filter((tool) => !isListed(tool))
    .map(({ wire }) => code(wire.name));
  if (names.length === 0) return [];
  return [`Superseded but still answered, and listed with \`--legacy\`: ${names.join(", ")}.`];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
