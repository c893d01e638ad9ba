import type { Surface } from "../define/surface.ts";
import { type StdioEndpoint, toExample, toStdioEndpoint } from "./endpoint.ts";

/** A server needs no right of its own and no file but those it is given. */
const hardening = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/** The name examples give to a server's image. */
export function toImageName({ package: { command, name } }: Surface): string {
  return command ?? name.replace(/^@/, "").replaceAll("/", "-");
}

/** What a server's image says of itself, by label; the registry knows it again by the last one. */
export function toImageLabels({ title, package: facts }: Surface): Record<string, string> {
  const { version, description, mcpName } = facts;
  return {
    "org.opencontainers.image.title": title,
    "org.opencontainers.image.description": description,
    "org.opencontainers.image.version": version,
    ...(mcpName !== undefined && { "io.modelcontextprotocol.server.name": mcpName }),
  };
}

/** How a container engine starts a server's image, with the same examples as npx would have. */
export function toContainerEndpoint(surface: Surface): StdioEndpoint {
  const npx = toStdioEndpoint(surface);
  const places = surface.options
    .filter(({ positional, kind }) => positional === true && kind === "directory")
    .map(toExample);
  const variables = [...Object.keys(npx.env), ...npx.secrets];
  return {
    ...npx,
    command: "docker",
    args: [
      ...["run", "--rm", "-i", ...hardening],
      // By the same name inside as outside, so that client and server mean the same file.
      ...places.flatMap((path) => ["-v", `${path}:${path}`]),
      ...variables.flatMap((name) => ["-e", name]),
      toImageName(surface),
      // Past the package's name stand the server's own words.
      ...npx.args.slice(2),
    ],
  };
}
