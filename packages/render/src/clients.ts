import type { Surface } from "@fairlead/define";
import { type ClientConfig, toClientConfigs } from "./config/client-config.ts";
import { type Delivery, isPlaceholder, type Secret, toStdioEndpoint } from "./config/endpoint.ts";
import { toContainerEndpoint, toImageName } from "./image.ts";
import { toCode, toFence, toList } from "./text.ts";

/** How to connect the first client there is a shell command for, and links for those with one. */
export function toConnectBlock(surface: Surface, delivery: Delivery): string {
  const endpoint = toStdioEndpoint(surface, delivery);
  const configs = toClientConfigs(surface.name, endpoint);
  const easiest = configs.find(({ command }) => command !== undefined);
  const links = configs
    .filter(({ webLink }) => webLink !== undefined)
    .map(({ client }) => `[Add it to ${client}][${toLabel(client)}]`);
  const values = [...endpoint.args, ...Object.values(endpoint.env)].filter(isPlaceholder);
  const notes = [
    ...(values.length > 0 ? [`Replace ${toList(values.map(toCode))} with your own.`] : []),
    ...(easiest?.note === undefined ? [] : [easiest.note]),
  ];
  return [
    ...(easiest?.command === undefined
      ? []
      : [`With ${easiest.client}:`, toFence("sh", easiest.command)]),
    ...(notes.length === 0 ? [] : [notes.join(" ")]),
    `${links.join(" or ")}, or take the config of another client from [the end of this page](#other-clients).`,
  ].join("\n\n");
}

/** The configs of all clients, folded, and the targets of the links to some of them. */
export function toClientsBlock(surface: Surface, delivery: Delivery): string {
  const local = delivery.local === true;
  const endpoint = toStdioEndpoint(surface, delivery);
  const configs = toClientConfigs(surface.name, endpoint);
  const targets = configs.flatMap(({ client, webLink }) =>
    webLink === undefined ? [] : [`[${toLabel(client)}]: ${webLink}`],
  );
  return [
    ...toSecretsNote(endpoint.secrets),
    ...configs.map(toDetails),
    toContainer(surface, { local }),
    ...(local ? [] : [windows]),
    targets.join("\n"),
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

function toLabel(client: string): string {
  return `add-to-${client.toLowerCase().replaceAll(" ", "-")}`;
}

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
    ...(command === undefined ? [] : [toFence("sh", command)]),
    `${command === undefined ? "In" : "Or in"} \`${file}\`:`,
    toFence(language, text.trimEnd()),
    ...(note === undefined ? [] : [note]),
    "</details>",
  ].join("\n\n");
}

function toContainer(surface: Surface, { local }: { readonly local: boolean }): string {
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
    toFence("sh", build.join(" ")),
    `In the config of your client, this takes the place of \`${local ? "node" : "npx"}\` and what follows it:`,
    toFence("sh", [command, ...args].join(" ")),
    "The `--read-only` in this command is Docker's own flag: the container cannot change its own " +
      "files. The server has an option of the same name, which hides the tools that change " +
      "something. It goes after the name of the image, as every option of the server does.",
    "</details>",
  ].join("\n\n");
}
