import type { Surface } from "@fairlead/define";
import { type StdioEndpoint, toExample, toStdioEndpoint, toWords } from "./config/endpoint.ts";

/** A server needs no right of its own and no file but those it is given. */
const hardening = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/** The stage every server's image begins with: Debian and Node, without npm, under an account of its own. */
export const imageBase = `FROM debian:bookworm-slim AS base
COPY --from=node:24-bookworm-slim /usr/local/bin/node /usr/local/bin/
RUN node --version \\
  && useradd --uid 1000 --user-group --no-create-home --home-dir /nonexistent fairlead
ENV NODE_ENV=production
ENTRYPOINT ["node", "/app/dist/main.cjs"]`;

/** The name examples give to a server's image. */
export function toImageName({ package: { command, name } }: Surface): string {
  return command ?? name.replace(/^@/, "").replaceAll("/", "-");
}

/** What a server's image says of itself, by label; the registry knows it again by the last one. */
export function toLabelInstruction({ title, package: facts }: Surface): string {
  const { version, description, mcpName } = facts;
  const labels = {
    "org.opencontainers.image.title": title,
    "org.opencontainers.image.description": description,
    "org.opencontainers.image.version": version,
    ...(mcpName !== undefined && { "io.modelcontextprotocol.server.name": mcpName }),
  };
  const words = Object.entries(labels).map(
    // In a Dockerfile a dollar would begin a variable.
    ([label, value]) => `${label}=${JSON.stringify(value).replaceAll("$", "\\$")}`,
  );
  return `LABEL ${words.join(" \\\n  ")}`;
}

/** How a container engine starts a server's image, with the same examples as npx would have. */
export function toContainerEndpoint(surface: Surface): StdioEndpoint {
  const npx = toStdioEndpoint(surface);
  const places = surface.options
    .filter(({ positional, kind }) => positional === true && kind === "directory")
    .map(toExample);
  const variables = [...Object.keys(npx.env), ...npx.secrets.map(({ variable }) => variable)];
  return {
    ...npx,
    command: "docker",
    args: [
      ...["run", "--rm", "-i", ...hardening],
      // By the same name inside as outside, so that client and server mean the same file.
      ...places.flatMap((path) => ["-v", `${path}:${path}`]),
      ...variables.flatMap((name) => ["-e", name]),
      toImageName(surface),
      ...toWords(surface),
    ],
  };
}
